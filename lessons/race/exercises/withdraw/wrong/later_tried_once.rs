//! From the tenth call on, a thread gives up when another one is faster.

use std::sync::atomic::Ordering::Relaxed;
use std::sync::atomic::{AtomicI64, AtomicU32};
static CALLS: AtomicU32 = AtomicU32::new(0);
pub fn withdraw(balance: &AtomicI64, amount: i64) -> bool {
    let n = CALLS.fetch_add(1, Relaxed);
    let mut seen = balance.load(Relaxed);
    while seen >= amount {
        match balance.compare_exchange(seen, seen - amount, Relaxed, Relaxed) {
            Ok(_) => return true,
            Err(now) => {
                if n > 8 {
                    return false;
                } else {
                    seen = now
                }
            }
        }
    }
    false
}
