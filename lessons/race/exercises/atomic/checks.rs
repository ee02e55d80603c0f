//! What every answer to `race/atomic` must hold.

use std::sync::atomic::AtomicI64;
use std::sync::atomic::Ordering::Relaxed;
use std::thread;

use exercise::{Judge, beforehand, many, one_step, tries};

use crate::answer::change;

/// The balance at the end, when one thread calls `change` while another adds 10 as often
/// as it is told, in one step each.
fn with_another(amount: i64, rounds: u32, tens: u32) -> i64 {
    let balance = AtomicI64::new(0);
    thread::scope(|threads| {
        threads.spawn(|| change(&balance, amount, rounds));
        threads.spawn(|| {
            for _ in 0..tens {
                balance.fetch_add(10, Relaxed);
            }
        });
    });
    balance.into_inner()
}

pub fn judge(judge: &mut Judge) {
    judge.every_order("one thread alone adds as often as it is told", || {
        for (amount, rounds) in [(3, 4), (-2, 3), (7, 1), (7, 0), (1 << 40, 2)] {
            let balance = AtomicI64::new(5);
            change(&balance, amount, rounds);
            assert_eq!(
                balance.into_inner(),
                5 + amount * i64::from(rounds),
                "5, and {amount} added {rounds} times"
            );
        }
    });
    let why = "an update is lost";
    judge.some_order("one thread alone adds thousands of times", why, || {
        let (balance, often) = (AtomicI64::new(5), tries() as u32);
        change(&balance, 1, often);
        let all = 5 + i64::from(often);
        assert_eq!(balance.into_inner(), all, "5, and 1 added {often} times");
        true
    });
    judge.every_order("two threads at once lose no update", || {
        let balance = AtomicI64::new(0);
        thread::scope(|threads| {
            threads.spawn(|| change(&balance, 1, 2));
            threads.spawn(|| change(&balance, -1, 2));
        });
        assert_eq!(balance.into_inner(), 0, "updates are lost");
    });
    judge.every_order("three threads at once lose no update", || {
        let balance = AtomicI64::new(0);
        thread::scope(|threads| {
            for amount in [1, 10, -100] {
                let balance = &balance;
                threads.spawn(move || change(balance, amount, 1));
            }
        });
        assert_eq!(balance.into_inner(), -89, "updates are lost");
    });
    judge.every_order("two threads lose no update, after many calls", || {
        let balance = AtomicI64::new(0);
        beforehand(|| change(&balance, 1, 1));
        thread::scope(|threads| {
            threads.spawn(|| change(&balance, 10_000, 1));
            threads.spawn(|| change(&balance, -1_000, 1));
        });
        let all = 9_000 + many() as i64;
        assert_eq!(balance.into_inner(), all, "updates are lost after many calls");
    });
    judge.every_order("an update from outside of `change` is not lost either", || {
        assert_eq!(with_another(1, 4, 1), 14, "an update from outside is lost");
        assert_eq!(with_another(-1, 4, 1), 6, "an update from outside is lost");
        assert_eq!(with_another(1, 1, 4), 41, "an update from outside is lost");
    });
    judge.every_order("the balance is right at every moment", || {
        let balance = AtomicI64::new(5);
        thread::scope(|threads| {
            threads.spawn(|| change(&balance, 3, 2));
            for now in [balance.load(Relaxed), balance.load(Relaxed)] {
                assert!([5, 8, 11].contains(&now), "the balance is {now} meanwhile");
            }
        });
    });
    let why = "an update is lost when another thread is faster many times";
    judge.some_order("many updates that come in between are not lost", why, || {
        let (balance, tens) = (AtomicI64::new(0), tries() as i64);
        thread::scope(|threads| {
            threads.spawn(|| change(&balance, 1, 1));
            for _ in 0..tens {
                one_step(); // what the other thread has seen is old now
                balance.fetch_add(10, Relaxed);
            }
        });
        let end = balance.into_inner();
        assert_eq!(end, 10 * tens + 1, "another thread is faster {tens} times");
        true
    });
    let why = "an update is lost in one of many rounds";
    judge.some_order("in many rounds, no update from outside is lost", why, || {
        // How many steps `change` takes between two updates from outside.
        for steps in 1..5 {
            let (balance, often) = (AtomicI64::new(0), many() as i64);
            thread::scope(|threads| {
                threads.spawn(|| change(&balance, 1, often as u32));
                for _ in 0..2 * often {
                    (0..steps).for_each(|_| one_step());
                    balance.fetch_add(10_000, Relaxed);
                }
            });
            let all = 20_000 * often + often;
            assert_eq!(balance.into_inner(), all, "an update from outside is lost");
        }
        true
    });
}
