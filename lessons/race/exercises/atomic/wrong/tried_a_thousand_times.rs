//! Wrong: others may be faster a thousand times.

use std::sync::atomic::AtomicI64;
use std::sync::atomic::Ordering::Relaxed;

/// Adds `amount` to the balance, `rounds` times.
pub fn change(balance: &AtomicI64, amount: i64, rounds: u32) {
    for _ in 0..rounds {
        for _ in 0..1000 {
            let seen = balance.load(Relaxed);
            let next = seen + amount;
            if balance.compare_exchange(seen, next, Relaxed, Relaxed).is_ok() {
                break;
            }
        }
    }
}
