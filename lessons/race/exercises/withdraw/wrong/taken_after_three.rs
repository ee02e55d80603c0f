//! After three tries in vain it looks and takes in two steps again.

use std::sync::atomic::AtomicI64;
use std::sync::atomic::Ordering::Relaxed;

/// Takes `amount` from the balance, if there is enough. Returns whether it did.
pub fn withdraw(balance: &AtomicI64, amount: i64) -> bool {
    for _ in 0..3 {
        let seen = balance.load(Relaxed);
        if seen < amount {
            return false;
        }
        if balance.compare_exchange(seen, seen - amount, Relaxed, Relaxed).is_ok() {
            return true;
        }
    }
    let enough = balance.load(Relaxed) >= amount;
    if enough {
        balance.fetch_sub(amount, Relaxed);
    }
    enough
}
