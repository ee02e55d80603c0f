//! Five calls are right. From the sixth on, a load and a store are two steps again.

use std::sync::atomic::Ordering::Relaxed;
use std::sync::atomic::{AtomicI64, AtomicU32};
static CALLS: AtomicU32 = AtomicU32::new(0);
pub fn change(balance: &AtomicI64, amount: i64, rounds: u32) {
    let n = CALLS.fetch_add(1, Relaxed);
    for _ in 0..rounds {
        if n < 5 {
            balance.fetch_add(amount, Relaxed);
        } else {
            let seen = balance.load(Relaxed);
            balance.store(seen + amount, Relaxed);
        }
    }
}
