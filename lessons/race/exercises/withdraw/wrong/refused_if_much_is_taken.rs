//! Gives up when another thread takes much more than it wants itself.

use std::sync::atomic::AtomicI64;
use std::sync::atomic::Ordering::Relaxed;

pub fn withdraw(balance: &AtomicI64, amount: i64) -> bool {
    let mut seen = balance.load(Relaxed);
    while seen >= amount {
        match balance.compare_exchange(seen, seen - amount, Relaxed, Relaxed) {
            Ok(_) => return true,
            Err(now) if now <= seen - 2 * amount => return false,
            Err(now) => seen = now,
        }
    }
    false
}
