//! A lock that is taken twice: with one account, the order alone doesn't help.

use parking_lot::Mutex;

/// An account, with a number that no other one has.
pub struct Account {
    pub number: u32,
    pub balance: Mutex<i64>,
}

/// Moves the amount from one account to another one, or to itself.
pub fn transfer(from: &Account, to: &Account, amount: i64) {
    if from.number < to.number {
        let mut from = from.balance.lock();
        *to.balance.lock() += amount;
        *from -= amount;
    } else {
        let mut to = to.balance.lock();
        *from.balance.lock() -= amount;
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
