//! Wrong: others may be faster a thousand times.

use std::sync::atomic::AtomicI64;
use std::sync::atomic::Ordering::Relaxed;

/// Takes `amount` from the balance, if there is enough. Returns whether it did.
pub fn withdraw(balance: &AtomicI64, amount: i64) -> bool {
    let mut seen = balance.load(Relaxed);
    for _ in 0..1000 {
        if seen < amount {
            break;
        }
        match balance.compare_exchange(seen, seen - amount, Relaxed, Relaxed) {
            Ok(_) => return true,
            // Another thread was faster: look again whether there is enough.
            Err(now) => seen = now,
        }
    }
    false
}
