//! What every answer to `deadlock/transfer` must hold.

use std::thread;

use exercise::{Judge, beforehand, long_wait, many, one_step};
use interleave::execution::choose;
use parking_lot::Mutex;

use crate::answer::{Account, total, transfer};

fn account(number: u32) -> Account {
    Account { number, balance: Mutex::new(100) }
}

/// Numbers of two accounts. Some look alike: by their last digits or bits, or by a remainder.
const PAIRS: [(u32, u32); 10] = [
    (1, 2),
    (2, 1),
    (0, 1),
    (3, 1_003),
    (4, 65_540),
    (10, 7_920),
    (17, 360_360 + 17),
    (5, u32::MAX),
    (u32::MAX, u32::MAX - 1),
    (1 << 31, 0),
];

pub fn judge(judge: &mut Judge) {
    judge.every_order("a transfer moves the amount", || {
        let (a, b) = (account(1), account(2));
        transfer(&a, &b, 10);
        transfer(&b, &a, 30);
        let balances = (*a.balance.lock(), *b.balance.lock());
        assert_eq!(
            balances,
            (120, 80),
            "both had 100; then 10 went one way and 30 back"
        );
        assert_eq!(total(&b, &a), 200, "the total is wrong");
        transfer(&a, &b, 300);
        transfer(&b, &a, -50);
        let balances = (*a.balance.lock(), *b.balance.lock());
        assert_eq!(
            balances,
            (-230, 430),
            "they had 120 and 80; then 300 went one way, and -50 back: a transfer is always done"
        );
        transfer(&b, &a, 1 << 40);
        let balances = (*a.balance.lock(), *b.balance.lock());
        let much = ((1 << 40) - 230, 430 - (1 << 40));
        assert_eq!(balances, much, "a large amount is not moved as it is");
        assert_eq!(total(&b, &a), 200, "the total is wrong");
        *a.balance.lock() += 7;
        assert_eq!(total(&a, &b), 207, "the total is wrong after 7 are paid in");
    });
    judge.every_order(
        "transfers in both directions come to an end, and both are done",
        || {
            let (a, b) = PAIRS[choose(PAIRS.len())];
            let (a, b) = (account(a), account(b));
            thread::scope(|threads| {
                threads.spawn(|| transfer(&a, &b, 10));
                threads.spawn(|| transfer(&b, &a, 30));
            });
            let balances = (a.balance.into_inner(), b.balance.into_inner());
            assert_eq!(balances, (120, 80), "a transfer is not done, or only in part");
        },
    );
    judge.every_order("three transfers in a circle come to an end", || {
        let [a, b, c] = [1, 2, 3].map(account);
        thread::scope(|threads| {
            threads.spawn(|| transfer(&a, &b, 10));
            threads.spawn(|| transfer(&b, &c, 20));
            threads.spawn(|| transfer(&c, &a, 40));
        });
        let balances = [a, b, c].map(|account| account.balance.into_inner());
        assert_eq!(balances, [130, 90, 80], "a transfer is not done, or only in part");
    });
    judge.every_order("the total is right at every moment", || {
        let (a, b) = (account(1), account(2));
        let (one, other) = if choose(2) == 0 { (&a, &b) } else { (&b, &a) };
        thread::scope(|threads| {
            threads.spawn(|| {
                for _ in 0..2 {
                    transfer(&b, &a, 10);
                    transfer(&a, &b, 10);
                }
            });
            threads.spawn(|| {
                let total = total(one, other);
                assert_eq!(total, 200, "money is in neither account, or in both");
            });
        });
    });
    let why = "money is in neither account, or in both";
    judge.some_order("the total is right, however often the money moves", why, || {
        // How many steps `total` takes before the first transfer, and between two of them.
        for (first, steps) in (0..4).flat_map(|first| [(first, 1), (first, 2)]) {
            let (one, other) = (account(1), account(2));
            thread::scope(|threads| {
                let total = threads.spawn(|| total(&one, &other));
                (0..first).for_each(|_| one_step());
                for _ in 0..many() {
                    (0..steps).for_each(|_| one_step());
                    transfer(&one, &other, 100);
                    (0..steps).for_each(|_| one_step());
                    transfer(&other, &one, 100);
                }
                let total = total.join().expect("it does not panic");
                assert_eq!(total, 200, "money is in neither account, or in both");
            });
        }
        true
    });
    judge.every_order("totals from both sides come to their end", || {
        let (a, b) = (account(1), account(2));
        thread::scope(|threads| {
            threads.spawn(|| assert_eq!(total(&a, &b), 200, "the total is wrong"));
            threads.spawn(|| assert_eq!(total(&b, &a), 200, "the total is wrong"));
        });
    });
    judge.every_order("a transfer to the same account changes nothing", || {
        let a = account(1);
        transfer(&a, &a, 10);
        assert_eq!(a.balance.into_inner(), 100, "money is lost or made");
    });
    judge.every_order("a transfer waits for its accounts as long as it takes", || {
        let [a, b] = [1, 2].map(account);
        let (from, to, in_use) =
            [(&a, &b, &a), (&a, &b, &b), (&b, &a, &a), (&b, &a, &b)][choose(4)];
        thread::scope(|threads| {
            let in_use = in_use.balance.lock();
            threads.spawn(|| transfer(from, to, 10));
            let total = threads.spawn(|| total(from, to));
            long_wait();
            drop(in_use);
            let total = total.join().expect("it does not panic");
            assert_eq!(total, 200, "money is in neither account, or in both");
        });
        let balances = (*from.balance.lock(), *to.balance.lock());
        assert_eq!(balances, (90, 110), "a transfer is not done, or only in part");
    });
    judge.every_order("a transfer waits for no accounts but its own two", || {
        let [a, b, c, d] = [1, 2, 3, 4].map(account);
        thread::scope(|threads| {
            let c_is_in_use = c.balance.lock();
            threads.spawn(|| transfer(&c, &d, 10));
            let other = threads.spawn(|| {
                transfer(&a, &b, 10);
                assert_eq!(total(&a, &b), 200, "the total is wrong");
            });
            other.join().expect("it does not panic");
            drop(c_is_in_use);
        });
    });
    judge.every_order("after many transfers, both directions come to an end", || {
        let (a, b) = (account(1), account(2));
        beforehand(|| {
            transfer(&a, &b, 1);
            transfer(&b, &a, 1);
            assert_eq!(total(&a, &b), 200, "the total is wrong");
        });
        thread::scope(|threads| {
            threads.spawn(|| transfer(&a, &b, 10));
            threads.spawn(|| {
                let total = total(&b, &a);
                assert_eq!(total, 200, "money is in neither account, or in both");
                transfer(&b, &a, 30);
            });
        });
        let balances = (a.balance.into_inner(), b.balance.into_inner());
        assert_eq!(balances, (120, 80), "a transfer is not done, or only in part");
    });
}
