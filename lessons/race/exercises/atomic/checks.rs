//! What every answer to `race/atomic` must hold.

use std::sync::atomic::AtomicI64;
use std::sync::atomic::Ordering::Relaxed;
use std::thread;

use exercise::Judge;

use crate::answer::change;

pub fn judge(judge: &mut Judge) {
    judge.every_order("one thread alone adds as often as it is told", || {
        let balance = AtomicI64::new(5);
        change(&balance, 3, 4);
        assert_eq!(balance.into_inner(), 17, "5, and 3 added 4 times");
    });
    judge.every_order("two threads at once lose no update", || {
        let balance = AtomicI64::new(0);
        thread::scope(|threads| {
            threads.spawn(|| change(&balance, 1, 2));
            threads.spawn(|| change(&balance, -1, 2));
        });
        assert_eq!(balance.into_inner(), 0, "updates are lost");
    });
    judge.every_order("an update from outside of `change` is not lost either", || {
        let balance = AtomicI64::new(0);
        thread::scope(|threads| {
            threads.spawn(|| change(&balance, 1, 2));
            threads.spawn(|| balance.fetch_add(10, Relaxed));
        });
        assert_eq!(balance.into_inner(), 12, "an update from outside is lost");
    });
}
