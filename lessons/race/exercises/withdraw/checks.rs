//! What every answer to `race/withdraw` must hold.

use std::sync::atomic::AtomicI64;
use std::sync::atomic::Ordering::Relaxed;
use std::thread;

use exercise::{Judge, beforehand, one_step, tries};

use crate::answer::withdraw;

/// Who is paid when all ask at once, and what is left.
fn paid<const N: usize>(balance: i64, amounts: [i64; N]) -> ([bool; N], i64) {
    let balance = AtomicI64::new(balance);
    let paid = thread::scope(|threads| {
        let asked = |amount| {
            let balance = &balance;
            threads.spawn(move || withdraw(balance, amount))
        };
        let asked = amounts.map(asked);
        asked.map(|one| one.join().expect("it does not panic"))
    });
    (paid, balance.into_inner())
}

/// Whether one who asks is paid while another thread changes the balance step by step, not
/// by `withdraw`; and what is left.
fn paid_meanwhile(balance: i64, amount: i64, change: i64, times: u32) -> (bool, i64) {
    let balance = AtomicI64::new(balance);
    let paid = thread::scope(|threads| {
        let paid = threads.spawn(|| withdraw(&balance, amount));
        for _ in 0..times {
            balance.fetch_add(change, Relaxed);
        }
        paid.join().expect("it does not panic")
    });
    (paid, balance.into_inner())
}

pub fn judge(judge: &mut Judge) {
    judge.every_order("one thread alone gets what there is, and no more", || {
        let balance = AtomicI64::new(100);
        assert!(withdraw(&balance, 60), "60 of 100 are not paid");
        assert!(!withdraw(&balance, 60), "60 of 40 are paid");
        assert!(!withdraw(&balance, 41), "41 of 40 are paid");
        assert!(withdraw(&balance, 40), "40 of 40 are not paid");
        assert!(!withdraw(&balance, 1), "1 of 0 is paid");
        assert!(withdraw(&balance, 0), "0 of 0 are not paid");
        assert_eq!(balance.into_inner(), 0, "100, less 60 and 40");
        let (balance, much) = (AtomicI64::new(100 + (1 << 40)), 1 << 40);
        assert!(withdraw(&balance, much), "{much} of {} are not paid", much + 100);
        assert!(!withdraw(&balance, much), "{much} of 100 are paid");
        assert_eq!(balance.into_inner(), 100, "{}, less {much}", much + 100);
    });
    let why = "a thread is not paid, or too much";
    judge.some_order("one thread alone is paid thousands of times", why, || {
        let (balance, often) = (AtomicI64::new(tries() as i64), tries());
        for one in 1..=often {
            assert!(withdraw(&balance, 1), "there is enough, and 1 is not paid: {one}");
        }
        !withdraw(&balance, 1) && balance.into_inner() == 0
    });
    judge.every_order("two threads never get more than there is", || {
        let ([first, second], left) = paid(100, [60, 70]);
        assert!(left >= 0, "the balance falls below 0: it is {left}");
        assert!(first || second, "60 and 70 of 100: nobody is paid");
        assert_eq!(left, if first { 40 } else { 30 }, "the balance does not fit");
    });
    judge.every_order("both get their money if there is enough for both", || {
        let ([first, second], left) = paid(100, [60, 40]);
        assert!(first && second, "there is enough for both, and one is not paid");
        assert_eq!(left, 0, "100, less 60 and 40");
    });
    judge.every_order("one is paid, though another takes much more", || {
        let ([first, second], left) = paid(1_000, [60, 700]);
        assert!(first && second, "there is enough for both, and one is not paid");
        assert_eq!(left, 240, "1000, less 60 and 700");
    });
    judge.every_order("a thread that asks for too much is in nobody's way", || {
        let ([first, second], left) = paid(100, [100, 150]);
        assert!(!second, "150 of 100 are paid");
        assert!(first, "100 of 100 are not paid, since another asks for 150 meanwhile");
        assert_eq!(left, 0, "100, less 100");
    });
    judge.every_order("three threads get what there is, and no more", || {
        let ([first, second, third], left) = paid(100, [60, 60, 40]);
        assert!(left >= 0, "the balance falls below 0: it is {left}");
        assert!(first != second, "60 and 60 and 40 of 100: not one of the 60 is paid");
        assert!(third, "60 and 60 and 40 of 100: the 40 are not paid");
        assert_eq!(left, 0, "100, less 60 and 40");
    });
    judge.every_order("two threads get what there is, after many calls", || {
        beforehand(|| {
            let balance = AtomicI64::new(1);
            assert!(withdraw(&balance, 1), "1 of 1 is not paid");
            assert!(!withdraw(&balance, 1), "1 of 0 is paid");
        });
        let ([first, second], left) = paid(100, [60, 70]);
        assert!(left >= 0, "the balance falls below 0: it is {left}");
        assert!(first || second, "60 and 70 of 100: nobody is paid");
        let ([first, second], left) = paid(100, [60, 40]);
        assert!(first && second, "there is enough for both, and one is not paid");
        assert_eq!(left, 0, "100, less 60 and 40");
    });
    judge.every_order("what goes out meanwhile is not paid", || {
        let (paid, left) = paid_meanwhile(80, 60, -5, 4);
        assert!(paid, "60 of 60 are not paid");
        assert_eq!(left, 0, "80, less 60 and 4 times 5: a change from outside is lost");
    });
    let why = "a thread that asks gives up when others are faster";
    judge.some_order("nobody gives up when others are faster", why, || {
        let fives = tries() as i64;
        let balance = AtomicI64::new(60 + 5 * fives);
        let paid = thread::scope(|threads| {
            let paid = threads.spawn(|| withdraw(&balance, 60));
            for _ in 0..fives {
                one_step(); // what the other thread has seen is old now
                balance.fetch_sub(5, Relaxed);
            }
            paid.join().expect("it does not panic")
        });
        assert!(paid, "60 of 60 are not paid: the balance changed too often meanwhile");
        assert_eq!(balance.into_inner(), 0, "a change from outside is lost");
        true
    });
    judge.every_order("what is paid to others meanwhile is not paid again", || {
        let balance = AtomicI64::new(55);
        let (paid, fives) = thread::scope(|threads| {
            let paid = threads.spawn(|| withdraw(&balance, 40));
            let fives = (0..4).filter(|_| withdraw(&balance, 5)).count();
            (paid.join().expect("it does not panic"), fives)
        });
        let left = balance.into_inner();
        assert!(left >= 0, "the balance falls below 0: it is {left}");
        let expected = if paid { (3, 0) } else { (4, 35) };
        assert_eq!((fives, left), expected, "55, less 40 or not, less 5 for each paid");
    });
    judge.every_order("the balance is right at every moment", || {
        let balance = AtomicI64::new(100);
        thread::scope(|threads| {
            let paid = threads.spawn(|| withdraw(&balance, 60));
            for now in [balance.load(Relaxed), balance.load(Relaxed)] {
                assert!(
                    now == 100 || now == 40,
                    "the balance is {now} meanwhile, and not 100 or 40"
                );
            }
            assert!(paid.join().expect("it does not panic"), "60 of 100 are not paid");
        });
    });
    judge.every_order("what comes in meanwhile is not lost", || {
        let (paid, left) = paid_meanwhile(60, 60, 10, 4);
        assert!(paid, "60 of 60 and more are not paid");
        assert_eq!(
            left, 40,
            "60 and 4 times 10, less 60: a change from outside is lost"
        );
    });
}
