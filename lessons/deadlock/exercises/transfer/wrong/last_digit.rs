//! The order is by the last digit of the numbers. Two accounts with the same last digit
//! have none.

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
    if from.number % 10 <= to.number % 10 {
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
    let in_order = one.number % 10 <= other.number % 10;
    let (first, second) = if in_order { (one, other) } else { (other, one) };
    let first = first.balance.lock();
    let second = second.balance.lock();
    *first + *second
}
