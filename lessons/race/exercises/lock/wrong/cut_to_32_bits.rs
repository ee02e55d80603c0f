//! The balance has 32 bits.

use std::thread;

use parking_lot::Mutex;

pub fn balance<I: Iterator<Item = i64> + Send>(earned: I, spent: I) -> i64 {
    let balance = Mutex::new(0_i32);
    thread::scope(|threads| {
        threads.spawn(|| {
            for amount in earned {
                *balance.lock() += amount as i32;
            }
        });
        threads.spawn(|| {
            for amount in spent {
                *balance.lock() -= amount as i32;
            }
        });
    });
    i64::from(balance.into_inner())
}
