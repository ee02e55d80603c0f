//! Pays nothing when the balance is 0, not even 0.

use std::sync::atomic::AtomicI64;
use std::sync::atomic::Ordering::Relaxed;

pub fn withdraw(balance: &AtomicI64, amount: i64) -> bool {
    let rest = |seen| (seen > 0 && seen >= amount).then(|| seen - amount);
    balance.fetch_update(Relaxed, Relaxed, rest).is_ok()
}
