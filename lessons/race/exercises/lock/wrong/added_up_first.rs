//! Each thread adds up first, and takes the lock once at the end: until then, nobody sees a
//! balance.

use std::thread;

use parking_lot::Mutex;

/// Adds everything that is earned and subtracts everything that is spent, in two threads
/// at the same time. Returns the balance at the end.
pub fn balance<I: Iterator<Item = i64> + Send>(earned: I, spent: I) -> i64 {
    let balance = Mutex::new(0);
    thread::scope(|threads| {
        threads.spawn(|| {
            let sum: i64 = earned.sum();
            *balance.lock() += sum;
        });
        threads.spawn(|| {
            let sum: i64 = spent.sum();
            *balance.lock() -= sum;
        });
    });
    balance.into_inner()
}
