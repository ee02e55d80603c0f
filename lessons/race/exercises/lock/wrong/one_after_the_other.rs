//! Two scopes need no lock: the first thread has ended when the second one starts.

use std::thread;

/// Adds all that is earned, and then takes away all that is spent.
pub fn balance<I: Iterator<Item = i64> + Send>(earned: I, spent: I) -> i64 {
    let mut balance = 0;
    thread::scope(|threads| {
        threads.spawn(|| earned.for_each(|amount| balance += amount));
    });
    thread::scope(|threads| {
        threads.spawn(|| spent.for_each(|amount| balance -= amount));
    });
    balance
}
