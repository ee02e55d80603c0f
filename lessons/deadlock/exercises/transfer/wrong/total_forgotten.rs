//! The transfers agree on an order, and the total has one of its own.

use parking_lot::Mutex;

/// An account, with a number that no other one has.
pub struct Account {
    pub number: u32,
    pub balance: Mutex<i64>,
}

/// Moves the amount from one account to another one, or to itself.
pub fn transfer(from: &Account, to: &Account, amount: i64) {
    if from.number == to.number {
        return;
    }
    let (first, second) = if from.number < to.number { (from, to) } else { (to, from) };
    let mut first_balance = first.balance.lock();
    let mut second_balance = second.balance.lock();
    let sign = if first.number == from.number { 1 } else { -1 };
    *first_balance -= sign * amount;
    *second_balance += sign * amount;
}

/// What two accounts hold together, at the same moment.
pub fn total(one: &Account, other: &Account) -> i64 {
    let one = one.balance.lock();
    let other = other.balance.lock();
    *one + *other
}
