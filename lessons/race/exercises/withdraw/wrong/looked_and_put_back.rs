//! It looks first, so it seldom takes what isn't there. When it does, it puts it back, and
//! meanwhile others find too little.

use std::sync::atomic::AtomicI64;
use std::sync::atomic::Ordering::Relaxed;

/// Takes `amount` from the balance, if there is enough. Returns whether it did.
pub fn withdraw(balance: &AtomicI64, amount: i64) -> bool {
    while balance.load(Relaxed) >= amount {
        if balance.fetch_sub(amount, Relaxed) >= amount {
            return true;
        }
        balance.fetch_add(amount, Relaxed);
    }
    false
}
