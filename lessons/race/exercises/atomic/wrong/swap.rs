//! The write is one step with a read, but not with the read that the sum was made from.

use std::sync::atomic::AtomicI64;
use std::sync::atomic::Ordering::Relaxed;

/// Adds `amount` to the balance, `rounds` times.
pub fn change(balance: &AtomicI64, amount: i64, rounds: u32) {
    for _ in 0..rounds {
        let seen = balance.load(Relaxed);
        balance.swap(seen + amount, Relaxed);
    }
}
