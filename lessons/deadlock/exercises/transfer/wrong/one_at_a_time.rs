//! Only one lock at a time: no deadlock, but in between the money is nowhere.

use parking_lot::Mutex;

/// An account, with a number that no other one has.
pub struct Account {
    pub number: u32,
    pub balance: Mutex<i64>,
}

/// Moves the amount from one account to another one, or to itself.
pub fn transfer(from: &Account, to: &Account, amount: i64) {
    *from.balance.lock() -= amount;
    *to.balance.lock() += amount;
}

/// What two accounts hold together, at the same moment.
pub fn total(one: &Account, other: &Account) -> i64 {
    let one = *one.balance.lock();
    let other = *other.balance.lock();
    one + other
}
