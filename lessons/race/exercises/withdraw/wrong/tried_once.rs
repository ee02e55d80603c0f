//! It gives up when another thread was faster, although there may be enough for both.

use std::sync::atomic::AtomicI64;
use std::sync::atomic::Ordering::Relaxed;

/// Takes `amount` from the balance, if there is enough. Returns whether it did.
pub fn withdraw(balance: &AtomicI64, amount: i64) -> bool {
    let seen = balance.load(Relaxed);
    let left = seen - amount;
    left >= 0 && balance.compare_exchange(seen, left, Relaxed, Relaxed).is_ok()
}
