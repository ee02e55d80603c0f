//! It tries again, but not as often as it takes. After forty tries it gives up.

use std::sync::atomic::AtomicI64;
use std::sync::atomic::Ordering::Relaxed;

/// Adds `amount` to the balance, `rounds` times.
pub fn change(balance: &AtomicI64, amount: i64, rounds: u32) {
    for _ in 0..rounds {
        let mut seen = balance.load(Relaxed);
        for _ in 0..40 {
            match balance.compare_exchange(seen, seen + amount, Relaxed, Relaxed) {
                Ok(_) => break,
                Err(now) => seen = now,
            }
        }
    }
}
