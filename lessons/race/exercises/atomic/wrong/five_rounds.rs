//! In each call, five rounds are right. From the sixth on, a load and a store are two
//! steps again.

use std::sync::atomic::AtomicI64;
use std::sync::atomic::Ordering::Relaxed;
pub fn change(balance: &AtomicI64, amount: i64, rounds: u32) {
    for n in 0..rounds {
        if n < 5 {
            balance.fetch_add(amount, Relaxed);
        } else {
            let seen = balance.load(Relaxed);
            balance.store(seen + amount, Relaxed);
        }
    }
}
