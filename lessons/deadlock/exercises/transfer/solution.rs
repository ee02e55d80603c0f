//! Everybody takes the lock of the smaller number first. So a thread that waits for a
//! lock holds only smaller ones, and no circle can close.

use parking_lot::{Mutex, MutexGuard};

/// An account, with a number that no other one has.
pub struct Account {
    pub number: u32,
    pub balance: Mutex<i64>,
}

/// Moves the amount from one account to another one, or to itself.
pub fn transfer(from: &Account, to: &Account, amount: i64) {
    if from.number == to.number {
        return; // one lock can't be taken twice
    }
    let (mut from, mut to) = both(from, to);
    *from -= amount;
    *to += amount;
}

/// What two accounts hold together, at the same moment.
pub fn total(one: &Account, other: &Account) -> i64 {
    let (one, other) = both(one, other);
    *one + *other
}

fn both<'a>(
    one: &'a Account,
    other: &'a Account,
) -> (MutexGuard<'a, i64>, MutexGuard<'a, i64>) {
    if one.number < other.number {
        let one = one.balance.lock();
        (one, other.balance.lock())
    } else {
        let other = other.balance.lock();
        (one.balance.lock(), other)
    }
}
