//! One lock above all: nobody is stuck, but all accounts wait for the slowest.

use parking_lot::Mutex;

/// An account, with a number that no other one has.
pub struct Account {
    pub number: u32,
    pub balance: Mutex<i64>,
}

static BANK: Mutex<()> = Mutex::new(());

/// Moves the amount from one account to another one, or to itself.
pub fn transfer(from: &Account, to: &Account, amount: i64) {
    let _bank = BANK.lock();
    *from.balance.lock() -= amount;
    *to.balance.lock() += amount;
}

/// What two accounts hold together, at the same moment.
pub fn total(one: &Account, other: &Account) -> i64 {
    let _bank = BANK.lock();
    let one = *one.balance.lock();
    let other = *other.balance.lock();
    one + other
}
