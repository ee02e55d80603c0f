//! Right, and without a lock: each thread returns a sum of its own.

use std::thread;

/// Adds everything that is earned and subtracts everything that is spent, in two threads
/// at the same time. Returns the balance at the end.
pub fn balance<I: Iterator<Item = i64> + Send>(earned: I, spent: I) -> i64 {
    thread::scope(|threads| {
        let earned = threads.spawn(|| earned.sum::<i64>());
        let spent = threads.spawn(|| spent.sum::<i64>());
        let sums = "it does not panic";
        earned.join().expect(sums) - spent.join().expect(sums)
    })
}
