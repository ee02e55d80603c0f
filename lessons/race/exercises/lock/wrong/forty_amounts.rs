//! Each thread does forty changes at most, and leaves the rest.

use std::thread;

use parking_lot::Mutex;

/// Adds everything that is earned and subtracts everything that is spent, in two threads
/// at the same time. Returns the balance at the end.
pub fn balance<I: Iterator<Item = i64> + Send>(earned: I, spent: I) -> i64 {
    let balance = Mutex::new(0);
    thread::scope(|threads| {
        threads.spawn(|| {
            for amount in earned.take(40) {
                *balance.lock() += amount;
            }
        });
        threads.spawn(|| {
            for amount in spent.take(40) {
                *balance.lock() -= amount;
            }
        });
    });
    balance.into_inner()
}
