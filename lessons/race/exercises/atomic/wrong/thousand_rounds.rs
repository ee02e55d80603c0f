//! A thousand rounds, and no more.

use std::sync::atomic::AtomicI64;
use std::sync::atomic::Ordering::Relaxed;
pub fn change(balance: &AtomicI64, amount: i64, rounds: u32) {
    for _ in 0..rounds.min(1000) {
        balance.fetch_add(amount, Relaxed);
    }
}
