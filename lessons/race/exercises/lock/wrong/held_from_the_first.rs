//! Each thread holds the lock from its first change to its last.

use std::thread;

use parking_lot::Mutex;

/// Adds everything that is earned and subtracts everything that is spent, in two threads
/// at the same time. Returns the balance at the end.
pub fn balance<I: Iterator<Item = i64> + Send>(earned: I, spent: I) -> i64 {
    let balance = Mutex::new(0);
    thread::scope(|threads| {
        threads.spawn(|| add_all(&balance, earned));
        threads.spawn(|| add_all(&balance, spent.map(|amount| -amount)));
    });
    balance.into_inner()
}

fn add_all(balance: &Mutex<i64>, mut amounts: impl Iterator<Item = i64>) {
    let Some(first) = amounts.next() else { return };
    let mut balance = balance.lock();
    *balance += first;
    for amount in amounts {
        *balance += amount;
    }
}
