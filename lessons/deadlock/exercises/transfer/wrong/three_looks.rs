//! `total` looks three times, and takes what it saw each time: the money may have moved in
//! the middle of each look.

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
    *from -= amount;
    *to += amount;
}

pub fn total(one: &Account, other: &Account) -> i64 {
    let look = || {
        let one = *one.balance.lock();
        (one, *other.balance.lock())
    };
    loop {
        let seen = [look(), look(), look()];
        if seen[0] == seen[1] && seen[1] == seen[2] {
            return seen[0].0 + seen[0].1;
        }
    }
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
