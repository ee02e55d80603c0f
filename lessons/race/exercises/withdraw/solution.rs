//! The new balance is stored only if the balance is still the one that was looked at.

use std::sync::atomic::AtomicI64;
use std::sync::atomic::Ordering::Relaxed;

/// Takes `amount` from the balance, if there is enough. Returns whether it did.
pub fn withdraw(balance: &AtomicI64, amount: i64) -> bool {
    let mut seen = balance.load(Relaxed);
    while seen >= amount {
        match balance.compare_exchange(seen, seen - amount, Relaxed, Relaxed) {
            Ok(_) => return true,
            // Another thread was faster: look again whether there is enough.
            Err(now) => seen = now,
        }
    }
    false
}
