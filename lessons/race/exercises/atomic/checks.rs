//! What every answer to `race/atomic` must hold.

use std::sync::atomic::AtomicI64;
use std::sync::atomic::Ordering::Relaxed;
use std::thread;

use exercise::Judge;

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
        for (amount, rounds, end) in [(3, 4, 17), (-2, 3, -1), (7, 1, 12), (7, 0, 5)] {
            let balance = AtomicI64::new(5);
            change(&balance, amount, rounds);
            assert_eq!(
                balance.into_inner(),
                end,
                "5, and {amount} added {rounds} times"
            );
        }
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
    judge.every_order("an update from outside of `change` is not lost either", || {
        assert_eq!(with_another(1, 4, 1), 14, "an update from outside is lost");
        assert_eq!(with_another(-1, 4, 1), 6, "an update from outside is lost");
    });
    judge.every_order("many updates that come in between are not lost", || {
        let end = with_another(1, 1, 12);
        assert_eq!(
            end, 121,
            "an update is lost when another thread is faster 12 times"
        );
    });
}
