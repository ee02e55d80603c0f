//! What every answer to `shared-memory/rows` must hold.

use std::sync::atomic::AtomicU64;
use std::thread;

use exercise::{Judge, at_once, many, tries};

use crate::answer::{put, take};

/// Memory with room for a row.
fn memory(length: usize) -> Vec<AtomicU64> {
    (0..=length).map(|_| AtomicU64::new(0)).collect()
}

/// The row that is there.
fn taken<const N: usize>(memory: &[AtomicU64]) -> Option<[u64; N]> {
    let mut row = [u64::MAX; N];
    take(memory, &mut row).then_some(row)
}

/// One process tries to put each of these rows, the other one tries to take a row so many times. `there` is put before that.
fn at_the_same_time<const N: usize>(
    there: Option<[u64; N]>,
    rows: &[[u64; N]],
    takes: usize,
) {
    let memory = memory(N);
    for row in there {
        assert!(put(&memory, &row), "there is room, and `put` finds none");
    }
    let (mut was_put, mut was_taken) = thread::scope(|threads| {
        let putting = threads
            .spawn(|| rows.iter().filter(|row| put(&memory, *row)).collect::<Vec<_>>());
        let was_taken: Vec<_> = (0..takes).filter_map(|_| taken(&memory)).collect();
        (putting.join().expect("it does not panic"), was_taken)
    });
    was_put.splice(0..0, &there);
    was_taken.extend(taken(&memory));
    assert!(
        was_put.into_iter().eq(&was_taken),
        "what is taken is not what was put: {was_taken:?}"
    );
    assert_eq!(taken::<N>(&memory), None, "a row is taken twice");
}

pub fn judge(judge: &mut Judge) {
    judge.every_order("one process alone takes what it has put, once", || {
        let memory = memory(3);
        assert_eq!(taken::<3>(&memory), None, "there is no row, and one is taken");
        const MAX: u64 = u64::MAX;
        for row in [
            [7, 0, 9],
            [0, 0, 0],
            [0, 0, 0],
            [MAX, 1, 0],
            [MAX, 0, 0],
            [0, 0, MAX],
            [MAX, MAX, MAX],
            [0, 2, 2],
            [1, 1, 1],
        ] {
            assert!(put(&memory, &row), "there is room, and `put` finds none");
            assert!(
                !put(&memory, &[4, 4, 4]),
                "there is no room, and `put` finds some"
            );
            assert_eq!(
                taken(&memory),
                Some(row),
                "a row is there, and isn't taken as it is"
            );
            assert_eq!(taken::<3>(&memory), None, "a row is taken twice");
        }
        assert_eq!(interleave::locks_taken(), 0, "a lock is taken");
    });
    judge.every_order("a row is taken whole, or not yet", || {
        at_the_same_time(None, &[[7, 8]], 1);
    });
    judge.every_order("so is one with a 0 in it", || {
        at_the_same_time(None, &[[0, 7]], 1);
        at_the_same_time(None, &[[7, 0]], 1);
    });
    judge.every_order("a row is taken whole, or there is no room for the next", || {
        at_the_same_time(Some([5, 6]), &[[7, 8]], 1);
    });
    judge.every_order("what is found in the second round is a whole row, too", || {
        at_the_same_time(Some([5, 6]), &[[7, 8]], 2);
    });
    judge.every_order("rows are taken in order, each once", || {
        at_the_same_time(None, &[[7], [7], [9]], 3);
    });
    judge.every_order("so they are when the first is there already", || {
        at_the_same_time(Some([5]), &[[5], [6], [7]], 2);
    });
    judge.every_order("`put` waits for nobody", || {
        let memory = memory(1);
        thread::scope(|threads| {
            threads.spawn(|| taken::<1>(&memory));
            for number in 0..3 {
                at_once("`put`", 5, || put(&memory, &[number]));
            }
        });
    });
    judge.every_order("`take` waits for nobody", || {
        let memory = memory(1);
        thread::scope(|threads| {
            threads.spawn(|| put(&memory, &[7]));
            for _ in 0..3 {
                at_once("`take`", 5, || taken::<1>(&memory));
            }
        });
    });
    judge.every_order(
        "two pieces of memory have nothing to do with each other",
        || {
            let (one, other) = (memory(1), memory(1));
            assert!(put(&one, &[7]), "there is room, and `put` finds none");
            assert_eq!(taken::<1>(&other), None, "there is no row, and one is taken");
            assert!(put(&other, &[8]), "there is room, and `put` finds none");
            assert_eq!(
                taken(&one),
                Some([7]),
                "a row is there, and isn't taken as it is"
            );
            assert_eq!(
                taken(&other),
                Some([8]),
                "a row is there, and isn't taken as it is"
            );
        },
    );
    judge.every_order("many rows of many numbers, one after the other", || {
        one_after_the_other(many(), many());
        // More than any answer counts on, and still few enough steps for one that takes thirty for a row.
        one_after_the_other(tries() / 4, 1);
        one_after_the_other(1, tries());
    });
}

/// One process alone takes this many rows, each before the next is put.
fn one_after_the_other(rows: usize, length: usize) {
    let memory = memory(length);
    for first in 0..rows as u64 {
        let row: Vec<u64> = (first..).take(length).collect();
        assert!(put(&memory, &row), "there is room, and `put` finds none");
        assert!(!put(&memory, &row), "there is no room, and `put` finds some");
        let mut there = vec![0; length];
        assert!(take(&memory, &mut there), "a row is there, and isn't taken");
        assert_eq!(there, row, "a row is there, and isn't taken as it is");
        assert!(!take(&memory, &mut there), "a row is taken twice");
    }
}
