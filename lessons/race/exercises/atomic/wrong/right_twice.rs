//! The first two rounds are right. From the third on, a load and a store are two steps
//! again.

use std::sync::atomic::AtomicI64;
use std::sync::atomic::Ordering::Relaxed;

/// Adds `amount` to the balance, `rounds` times.
pub fn change(balance: &AtomicI64, amount: i64, rounds: u32) {
    for _ in 0..rounds.min(2) {
        balance.fetch_add(amount, Relaxed);
    }
    for _ in 2..rounds {
        let seen = balance.load(Relaxed);
        balance.store(seen + amount, Relaxed);
    }
}
