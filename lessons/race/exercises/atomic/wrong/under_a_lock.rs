//! Two steps under a lock. A thread that adds to the balance without this lock still comes
//! in between.

use std::sync::atomic::AtomicI64;
use std::sync::atomic::Ordering::Relaxed;

use parking_lot::Mutex;

static LOCK: Mutex<()> = Mutex::new(());

/// Adds `amount` to the balance, `rounds` times.
pub fn change(balance: &AtomicI64, amount: i64, rounds: u32) {
    for _ in 0..rounds {
        let _guard = LOCK.lock();
        let seen = balance.load(Relaxed);
        balance.store(seen + amount, Relaxed);
    }
}
