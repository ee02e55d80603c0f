//! What every answer to `deadlock/transfer` must hold.

use std::thread;

use exercise::Judge;
use parking_lot::Mutex;

use crate::answer::{Account, total, transfer};

fn account(number: u32) -> Account {
    Account { number, balance: Mutex::new(100) }
}

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
        *a.balance.lock() += 7;
        assert_eq!(total(&a, &b), 207, "the total is wrong after 7 are paid in");
    });
    judge.every_order(
        "transfers in both directions come to an end, and both are done",
        || {
            let (a, b) = (account(1), account(2));
            thread::scope(|threads| {
                threads.spawn(|| transfer(&a, &b, 10));
                threads.spawn(|| transfer(&b, &a, 30));
            });
            let balances = (a.balance.into_inner(), b.balance.into_inner());
            assert_eq!(balances, (120, 80), "a transfer is not done, or only in part");
        },
    );
    judge.every_order("the total is right at every moment", || {
        let (a, b) = (account(1), account(2));
        thread::scope(|threads| {
            threads.spawn(|| transfer(&a, &b, 10));
            threads.spawn(|| {
                assert_eq!(
                    total(&b, &a),
                    200,
                    "money is in neither account, or in both"
                );
            });
        });
    });
    judge.every_order("a transfer to the same account changes nothing", || {
        let a = account(1);
        transfer(&a, &a, 10);
        assert_eq!(a.balance.into_inner(), 100, "money is lost or made");
    });
    judge.every_order("a transfer waits for no accounts but its own two", || {
        let [a, b, c, d] = [1, 2, 3, 4].map(account);
        thread::scope(|threads| {
            let c_is_in_use = c.balance.lock();
            threads.spawn(|| transfer(&c, &d, 10));
            let other = threads.spawn(|| transfer(&a, &b, 10));
            other.join().expect("it does not panic");
            drop(c_is_in_use);
        });
    });
}
