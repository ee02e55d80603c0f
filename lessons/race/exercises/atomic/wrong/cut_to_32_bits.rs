//! Cuts the amount to 32 bits.

use std::sync::atomic::AtomicI64;
use std::sync::atomic::Ordering::Relaxed;

pub fn change(balance: &AtomicI64, amount: i64, rounds: u32) {
    for _ in 0..rounds {
        balance.fetch_add(i64::from(amount as i32), Relaxed);
    }
}
