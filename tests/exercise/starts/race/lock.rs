//! Make it right with a lock.
//!
//! Two threads change one balance, and the compiler refuses it: E0499. Put the balance
//! under a lock. Each thread holds the lock for one change at a time.
//!
//!     cargo exercise check race/lock

use std::thread;

/// Adds everything that is earned and subtracts everything that is spent, in two threads
/// at the same time. Returns the balance at the end.
pub fn balance<I: Iterator<Item = i64> + Send>(earned: I, spent: I) -> i64 {
    let mut balance = 0;
    thread::scope(|threads| {
        threads.spawn(|| {
            for amount in earned {
                balance += amount;
            }
        });
        threads.spawn(|| {
            for amount in spent {
                balance -= amount;
            }
        });
    });
    balance
}
