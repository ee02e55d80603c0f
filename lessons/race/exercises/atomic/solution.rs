//! One operation reads, adds and writes: no other thread can come in between.

use std::sync::atomic::AtomicI64;
use std::sync::atomic::Ordering::Relaxed;

/// Adds `amount` to the balance, `rounds` times.
pub fn change(balance: &AtomicI64, amount: i64, rounds: u32) {
    for _ in 0..rounds {
        balance.fetch_add(amount, Relaxed);
    }
}
