//! Some calls are right. After them, the locks are taken in the order in which they are
//! given.

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
    let n = CALLS.fetch_add(1, Relaxed);
    if one.number < other.number || n > 12 {
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
    let (mut from, mut to) = both(from, to);
    *from -= amount;
    *to += amount;
}
pub fn total(one: &Account, other: &Account) -> i64 {
    let (a, b) = both(one, other);
    *a + *b
}
