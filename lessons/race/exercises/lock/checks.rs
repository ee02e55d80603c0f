//! What every answer to `race/lock` must hold.

use std::array;
use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering::SeqCst;

use exercise::{Judge, Unseen};

use crate::answer::balance;

/// Amounts of a thread that counts as under way from the first of them to the last.
struct Amounts<'a> {
    amounts: array::IntoIter<i64, 2>,
    under_way: &'a AtomicU32,
    both: &'a Unseen<bool>,
}

impl Iterator for Amounts<'_> {
    type Item = i64;

    fn next(&mut self) -> Option<i64> {
        match self.amounts.len() {
            2 if self.under_way.fetch_add(1, SeqCst) == 1 => self.both.set(true),
            0 => _ = self.under_way.fetch_sub(1, SeqCst),
            _ => {}
        }
        self.amounts.next()
    }
}

pub fn judge(judge: &mut Judge) {
    judge.every_order("two threads lose no change", || {
        let end = balance([10, 20].into_iter(), [1, 2].into_iter());
        assert_eq!(end, 27, "a change is lost: 10 + 20 - 1 - 2 are 27");
        assert_eq!(interleave::threads_started(), 2, "two threads must be started");
    });
    judge.some_order(
        "both threads can be under way at the same time",
        "no order has both threads under way at the same time: one waits until the other \
         has done all its changes",
        || {
            let (under_way, both) = (AtomicU32::new(0), Unseen::new(false));
            let amounts = |amounts: [i64; 2]| Amounts {
                amounts: amounts.into_iter(),
                under_way: &under_way,
                both: &both,
            };
            balance(amounts([10, 20]), amounts([1, 2]));
            both.get()
        },
    );
    judge.every_order("each change takes the lock", || {
        balance([10, 20].into_iter(), [1, 2].into_iter());
        let locked = interleave::locks_taken();
        assert!(
            locked >= 4,
            "there are 4 changes, and the lock is taken {locked} times"
        );
    });
}
