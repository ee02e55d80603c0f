//! Wrong: nothing is lost, but in between, others see a balance of 0.

use std::sync::atomic::AtomicI64;
use std::sync::atomic::Ordering::Relaxed;

/// Adds `amount` to the balance, `rounds` times.
pub fn change(balance: &AtomicI64, amount: i64, rounds: u32) {
    for _ in 0..rounds {
        let seen = balance.swap(0, Relaxed);
        balance.fetch_add(seen + amount, Relaxed);
    }
}
