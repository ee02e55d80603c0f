//! A transfer is not done if there is too little in the account.

use parking_lot::{Mutex, MutexGuard};

pub struct Account {
    pub number: u32,
    pub balance: Mutex<i64>,
}

pub fn transfer(from: &Account, to: &Account, amount: i64) {
    if from.number == to.number {
        return;
    }
    let (mut from, mut to) = both(from, to);
    if *from < amount {
        return;
    }
    *from -= amount;
    *to += amount;
}

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
