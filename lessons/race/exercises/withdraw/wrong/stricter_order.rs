//! `SeqCst` orders the two steps more strictly. They are still two.

use std::sync::atomic::AtomicI64;
use std::sync::atomic::Ordering::SeqCst;

/// Takes `amount` from the balance, if there is enough. Returns whether it did.
pub fn withdraw(balance: &AtomicI64, amount: i64) -> bool {
    if balance.load(SeqCst) < amount {
        return false;
    }
    balance.fetch_sub(amount, SeqCst);
    true
}
