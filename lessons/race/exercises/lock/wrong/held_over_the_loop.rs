//! Each thread holds the lock until it is done with all its changes.

use std::thread;

use parking_lot::Mutex;

/// Adds everything that is earned and subtracts everything that is spent, in two threads
/// at the same time. Returns the balance at the end.
pub fn balance<I: Iterator<Item = i64> + Send>(earned: I, spent: I) -> i64 {
    let balance = Mutex::new(0);
    thread::scope(|threads| {
        threads.spawn(|| {
            let mut balance = balance.lock();
            for amount in earned {
                *balance += amount;
            }
        });
        threads.spawn(|| {
            let mut balance = balance.lock();
            for amount in spent {
                *balance -= amount;
            }
        });
    });
    balance.into_inner()
}
