//! With `move`, it compiles. Now each thread changes a copy of its own.

use std::thread;

/// Adds everything that is earned and subtracts everything that is spent, in two threads
/// at the same time. Returns the balance at the end.
pub fn balance<I: Iterator<Item = i64> + Send>(earned: I, spent: I) -> i64 {
    let mut balance = 0;
    thread::scope(|threads| {
        threads.spawn(move || {
            for amount in earned {
                balance += amount;
            }
        });
        threads.spawn(move || {
            for amount in spent {
                balance -= amount;
            }
        });
    });
    balance
}
