//! Under a lock, nobody comes in between who takes the lock as well. Others can.

use std::sync::atomic::AtomicI64;
use std::sync::atomic::Ordering::Relaxed;

use parking_lot::Mutex;

static LOCK: Mutex<()> = Mutex::new(());

/// Takes `amount` from the balance, if there is enough. Returns whether it did.
pub fn withdraw(balance: &AtomicI64, amount: i64) -> bool {
    let _guard = LOCK.lock();
    let seen = balance.load(Relaxed);
    if seen < amount {
        return false;
    }
    balance.store(seen - amount, Relaxed);
    true
}
