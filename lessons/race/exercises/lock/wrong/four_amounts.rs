//! From the fifth amount on, it locks to look and once more to write.

use parking_lot::Mutex;
use std::thread;
pub fn balance<I: Iterator<Item = i64> + Send>(earned: I, spent: I) -> i64 {
    let balance = Mutex::new(0);
    let add = |n: usize, amount: i64| {
        if n < 4 {
            *balance.lock() += amount;
        } else {
            let seen = *balance.lock();
            *balance.lock() = seen + amount;
        }
    };
    thread::scope(|threads| {
        threads.spawn(|| earned.enumerate().for_each(|(n, a)| add(n, a)));
        threads.spawn(|| spent.enumerate().for_each(|(n, a)| add(n, -a)));
    });
    balance.into_inner()
}
