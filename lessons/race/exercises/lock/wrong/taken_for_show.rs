//! Each thread takes the lock for every amount, changes nothing, and adds the sum at the
//! end.

use std::thread;

use parking_lot::Mutex;

/// Adds everything that is earned and subtracts everything that is spent, in two threads
/// at the same time. Returns the balance at the end.
pub fn balance<I: Iterator<Item = i64> + Send>(earned: I, spent: I) -> i64 {
    let balance = Mutex::new(0);
    thread::scope(|threads| {
        threads.spawn(|| {
            let mut sum = 0;
            for amount in earned {
                let _guard = balance.lock();
                sum += amount;
            }
            *balance.lock() += sum;
        });
        threads.spawn(|| {
            let mut sum = 0;
            for amount in spent {
                let _guard = balance.lock();
                sum += amount;
            }
            *balance.lock() -= sum;
        });
    });
    balance.into_inner()
}
