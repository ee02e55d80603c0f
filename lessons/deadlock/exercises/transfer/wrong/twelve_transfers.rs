//! Twelve transfers are right. After them, the money is in neither account for a
//! moment.

use parking_lot::{Mutex, MutexGuard};
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
pub struct Account {
    pub number: u32,
    pub balance: Mutex<i64>,
}
static CALLS: AtomicU32 = AtomicU32::new(0);
fn both<'a>(
    one: &'a Account,
    other: &'a Account,
) -> (MutexGuard<'a, i64>, MutexGuard<'a, i64>) {
    if one.number < other.number {
        let a = one.balance.lock();
        (a, other.balance.lock())
    } else {
        let b = other.balance.lock();
        (one.balance.lock(), b)
    }
}
pub fn transfer(from: &Account, to: &Account, amount: i64) {
    if from.number == to.number {
        return;
    }
    if CALLS.fetch_add(1, Relaxed) > 11 {
        *from.balance.lock() -= amount;
        *to.balance.lock() += amount;
        return;
    }
    let (mut from, mut to) = both(from, to);
    *from -= amount;
    *to += amount;
}
pub fn total(one: &Account, other: &Account) -> i64 {
    let (a, b) = both(one, other);
    *a + *b
}
