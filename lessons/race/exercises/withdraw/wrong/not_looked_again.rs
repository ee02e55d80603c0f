//! It tries again when another thread was faster, but no longer asks for enough.

use std::sync::atomic::AtomicI64;
use std::sync::atomic::Ordering::Relaxed;

/// Takes `amount` from the balance, if there is enough. Returns whether it did.
pub fn withdraw(balance: &AtomicI64, amount: i64) -> bool {
    let mut seen = balance.load(Relaxed);
    if seen < amount {
        return false;
    }
    while let Err(now) = balance.compare_exchange(seen, seen - amount, Relaxed, Relaxed)
    {
        seen = now;
    }
    true
}
