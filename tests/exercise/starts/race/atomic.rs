//! Make it right with one atomic operation.
//!
//! Two threads call `change` on the same balance at the same time. Make it lose no update.
//!
//!     cargo exercise check race/atomic

use std::sync::atomic::AtomicI64;
use std::sync::atomic::Ordering::Relaxed;

/// Adds `amount` to the balance, `rounds` times.
pub fn change(balance: &AtomicI64, amount: i64, rounds: u32) {
    for _ in 0..rounds {
        let seen = balance.load(Relaxed);
        balance.store(seen + amount, Relaxed);
    }
}
