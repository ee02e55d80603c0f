//! Take money only if there is enough.
//!
//! `withdraw` checks whether there is enough, and then takes the money. In between, another
//! thread can take it first. Let the balance never fall below 0.
//!
//!     cargo exercise check race/withdraw

use std::sync::atomic::AtomicI64;
use std::sync::atomic::Ordering::Relaxed;

/// Takes `amount` from the balance, if there is enough. Returns whether it did.
pub fn withdraw(balance: &AtomicI64, amount: i64) -> bool {
    let enough = balance.load(Relaxed) >= amount;
    if enough {
        balance.fetch_sub(amount, Relaxed);
    }
    enough
}
