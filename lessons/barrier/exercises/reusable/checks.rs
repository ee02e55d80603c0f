//! What every answer to `barrier/reusable` must hold.

use std::thread;

use exercise::{Judge, Unseen, many, others_sleep, until_all_wait};
use interleave::execution::{choose, simplest};

use crate::answer::Barrier;

pub fn judge(judge: &mut Judge) {
    judge.every_order("two threads go one round together", || rounds(2, 1));
    judge.every_order("two threads go two rounds together", || rounds(2, 2));
    judge.every_order("two threads go three rounds together", || rounds(2, 3));
    judge.every_order("three threads go one round together", || rounds(3, 1));
    judge.every_order("one thread alone goes on each time", || rounds(1, many()));
    judge.every_order("a thread that waits sleeps, in the second round too", || {
        let barrier = Barrier::new(2);
        thread::scope(|threads| {
            threads.spawn(|| (0..2).for_each(|_| _ = barrier.wait()));
            for _ in 0..2 {
                others_sleep("a thread that waits at the barrier doesn't sleep");
                barrier.wait();
            }
        });
    });
    judge.every_order("all that sleep are woken, in the second round too", || {
        let barrier = Barrier::new(3);
        thread::scope(|threads| {
            for _ in 0..2 {
                threads.spawn(|| (0..2).for_each(|_| _ = barrier.wait()));
            }
            for _ in 0..2 {
                until_all_wait(); // till both sleep
                barrier.wait();
            }
        });
    });
    judge.every_order("two barriers know nothing of each other", || {
        let (one, other) = (Barrier::new(2), Barrier::new(1));
        let come = Unseen::new(1);
        thread::scope(|threads| {
            threads.spawn(|| {
                one.wait();
                assert_eq!(come.get(), 2, "it goes on before all have come");
            });
            assert!(other.wait(), "one thread alone leads");
            come.set(2);
            one.wait();
        });
    });
    judge.every_order("three threads go two rounds together", || rounds(3, 2));
    let why = "not all go on";
    judge.some_order("two threads can go many rounds", why, || {
        rounds(2, 25 * many());
        true
    });
    judge.some_order("many threads can go two rounds", why, || {
        rounds(many(), 2);
        true
    });
    judge.every_order("after many rounds, all still go on together", || {
        let (threads, more) = [(2, 2), (3, 1)][choose(2)];
        let barrier = Barrier::new(threads);
        simplest(|| rounds_at(&barrier, threads, many()));
        rounds_at(&barrier, threads, more);
    });
}

/// Threads that go some rounds together, with one leader in each.
fn rounds(threads: usize, rounds: usize) {
    rounds_at(&Barrier::new(threads), threads, rounds);
}

/// And the barrier may have been used before.
fn rounds_at(barrier: &Barrier, threads: usize, rounds: usize) {
    let come = Unseen::new(0);
    let led = Unseen::new(vec![0; rounds]);
    let goes = || {
        for round in 0..rounds {
            come.update(|come| *come += 1);
            let leads = barrier.wait();
            assert!(
                come.get() >= threads * (round + 1),
                "it goes on before all have come"
            );
            led.update(|led| led[round] += usize::from(leads));
        }
    };
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(goes);
        }
    });
    assert_eq!(led.get(), vec![1; rounds], "`wait` returns true in one thread a round");
}
