//! Transfer without a deadlock.
//!
//! Two transfers in opposite directions can get stuck. Make `transfer` and `total`
//! return in every order of the steps.
//!
//!     cargo exercise check deadlock/transfer

use parking_lot::Mutex;

/// An account, with a number that no other one has.
pub struct Account {
    pub number: u32,
    pub balance: Mutex<i64>,
}

/// Moves the amount from one account to another one, or to itself.
pub fn transfer(from: &Account, to: &Account, amount: i64) {
    let mut from = from.balance.lock();
    let mut to = to.balance.lock();
    *from -= amount;
    *to += amount;
}

/// What two accounts hold together, at the same moment.
pub fn total(one: &Account, other: &Account) -> i64 {
    let one = one.balance.lock();
    let other = other.balance.lock();
    *one + *other
}
