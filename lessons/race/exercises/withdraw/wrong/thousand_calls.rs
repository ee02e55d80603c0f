//! A thousand calls, and no more.

use std::sync::atomic::Ordering::Relaxed;
use std::sync::atomic::{AtomicI64, AtomicU32};
static CALLS: AtomicU32 = AtomicU32::new(0);
pub fn withdraw(balance: &AtomicI64, amount: i64) -> bool {
    if CALLS.fetch_add(1, Relaxed) >= 1000 {
        return false;
    }
    let mut seen = balance.load(Relaxed);
    while seen >= amount {
        match balance.compare_exchange(seen, seen - amount, Relaxed, Relaxed) {
            Ok(_) => return true,
            Err(now) => seen = now,
        }
    }
    false
}
