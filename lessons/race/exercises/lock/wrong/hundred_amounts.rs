//! A hundred amounts of each, and no more.

use parking_lot::Mutex;
use std::thread;
pub fn balance<I: Iterator<Item = i64> + Send>(earned: I, spent: I) -> i64 {
    let balance = Mutex::new(0);
    thread::scope(|threads| {
        threads.spawn(|| {
            for a in earned.take(100) {
                *balance.lock() += a;
            }
        });
        threads.spawn(|| {
            for a in spent.take(100) {
                *balance.lock() -= a;
            }
        });
    });
    balance.into_inner()
}
