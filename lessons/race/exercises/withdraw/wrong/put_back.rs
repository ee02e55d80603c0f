//! It takes first and puts back what was too much. Meanwhile others find too little.

use std::sync::atomic::AtomicI64;
use std::sync::atomic::Ordering::Relaxed;

/// Takes `amount` from the balance, if there is enough. Returns whether it did.
pub fn withdraw(balance: &AtomicI64, amount: i64) -> bool {
    let enough = balance.fetch_sub(amount, Relaxed) >= amount;
    if !enough {
        balance.fetch_add(amount, Relaxed);
    }
    enough
}
