//! What is added is right in one step; what is taken away is still two.

use std::sync::atomic::AtomicI64;
use std::sync::atomic::Ordering::Relaxed;

/// Adds `amount` to the balance, `rounds` times.
pub fn change(balance: &AtomicI64, amount: i64, rounds: u32) {
    for _ in 0..rounds {
        if amount > 0 {
            balance.fetch_add(amount, Relaxed);
        } else {
            let seen = balance.load(Relaxed);
            balance.store(seen + amount, Relaxed);
        }
    }
}
