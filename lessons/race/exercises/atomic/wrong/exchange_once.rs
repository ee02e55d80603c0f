//! It notices that the other thread came in between, and then does nothing about it.

use std::sync::atomic::AtomicI64;
use std::sync::atomic::Ordering::Relaxed;

/// Adds `amount` to the balance, `rounds` times.
pub fn change(balance: &AtomicI64, amount: i64, rounds: u32) {
    for _ in 0..rounds {
        let seen = balance.load(Relaxed);
        let _ = balance.compare_exchange(seen, seen + amount, Relaxed, Relaxed);
    }
}
