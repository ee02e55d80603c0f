//! A thread that doesn't get the second lock gives up, and the transfer is forgotten.

use parking_lot::Mutex;

/// An account, with a number that no other one has.
pub struct Account {
    pub number: u32,
    pub balance: Mutex<i64>,
}

/// Moves the amount from one account to another one, or to itself.
pub fn transfer(from: &Account, to: &Account, amount: i64) {
    let mut from = from.balance.lock();
    if let Some(mut to) = to.balance.try_lock() {
        *from -= amount;
        *to += amount;
    }
}

/// What two accounts hold together, at the same moment.
pub fn total(one: &Account, other: &Account) -> i64 {
    let (first, second) =
        if one.number < other.number { (one, other) } else { (other, one) };
    let first = first.balance.lock();
    let second = second.balance.lock();
    *first + *second
}
