//! What every answer to `race/withdraw` must hold.

use std::sync::atomic::AtomicI64;
use std::thread;

use exercise::Judge;

use crate::answer::withdraw;

/// Who got the money when both ask for it at once, and what is left.
fn both(balance: i64, first: i64, second: i64) -> (bool, bool, i64) {
    let balance = AtomicI64::new(balance);
    let (first, second) = thread::scope(|threads| {
        let first = threads.spawn(|| withdraw(&balance, first));
        let second = threads.spawn(|| withdraw(&balance, second));
        (first.join(), second.join())
    });
    let got = "it does not panic";
    (first.expect(got), second.expect(got), balance.into_inner())
}

pub fn judge(judge: &mut Judge) {
    judge.every_order("one thread alone gets what there is, and no more", || {
        let balance = AtomicI64::new(100);
        assert!(withdraw(&balance, 60), "60 of 100 are not paid");
        assert!(!withdraw(&balance, 60), "60 of 40 are paid");
        assert!(withdraw(&balance, 40), "40 of 40 are not paid");
        assert_eq!(balance.into_inner(), 0, "100, less 60 and 40");
    });
    judge.every_order("two threads never get more than there is", || {
        let (first, second, left) = both(100, 60, 70);
        assert!(left >= 0, "the balance falls below 0: it is {left}");
        assert!(first || second, "60 and 70 of 100: nobody is paid");
        assert_eq!(left, if first { 40 } else { 30 }, "the balance does not fit");
    });
    judge.every_order("both get their money if there is enough for both", || {
        let (first, second, left) = both(100, 60, 40);
        assert!(first && second, "there is enough for both, and one is not paid");
        assert_eq!(left, 0, "100, less 60 and 40");
    });
    judge.every_order("one who asks for too much is in nobody's way", || {
        let (first, second, left) = both(100, 100, 150);
        assert!(!second, "150 of 100 are paid");
        assert!(first, "100 of 100 are not paid, since another asks for 150 meanwhile");
        assert_eq!(left, 0, "100, less 100");
    });
}
