//! What every answer to `race/lock` must hold.

use std::array;
use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering::SeqCst;

use crossbeam_channel::{self as channel, Receiver, Sender};
use exercise::{Judge, Unseen, many, until_all_wait};
use interleave::execution::choose;

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

/// Amounts of two threads. One of them is slow: before each of its own, the other one gets
/// one and has the time to add it.
struct Slow<'a> {
    amounts: array::IntoIter<i64, 3>,
    slow: bool,
    calls: u32,
    to_quick: &'a Sender<()>,
    from_slow: &'a Receiver<()>,
    quick_calls: &'a Unseen<u32>,
}

impl Iterator for Slow<'_> {
    type Item = i64;

    fn next(&mut self) -> Option<i64> {
        self.calls += 1;
        if self.slow {
            self.to_quick.send(()).expect("the channel is open");
            until_all_wait(); // till the other one can't go on
            assert!(
                self.quick_calls.get() > self.calls.min(3),
                "a thread holds the lock while it waits for its next amount"
            );
        } else {
            self.quick_calls.set(self.calls);
            self.from_slow.recv().expect("the channel is open");
        }
        self.amounts.next()
    }
}

fn earn_and_spend(earned: &[i64], spent: &[i64]) -> i64 {
    balance(earned.iter().copied(), spent.iter().copied())
}

pub fn judge(judge: &mut Judge) {
    judge.every_order("two threads lose no change", || {
        let end = earn_and_spend(&[10, 20], &[1, 2]);
        assert_eq!(end, 27, "a change is lost: 10 + 20 - 1 - 2 are 27");
        assert_eq!(interleave::threads_started(), 2, "two threads must be started");
    });
    judge.every_order("one thread may have more to do than the other", || {
        let end = earn_and_spend(&[10, 20, 40], &[1]);
        assert_eq!(end, 69, "a change is lost: 10 + 20 + 40 - 1 are 69");
        let much = 1 << 40;
        assert_eq!(earn_and_spend(&[much], &[1]), much - 1, "{much} - 1");
        assert_eq!(
            earn_and_spend(&[], &[1, 2]),
            -3,
            "a change is lost: - 1 - 2 are -3"
        );
    });
    let why = "a change is lost";
    judge.some_order("there can be many changes", why, || {
        let amounts = vec![10; 200 + many()];
        let all = 10 * amounts.len() as i64;
        assert_eq!(earn_and_spend(&amounts, &[1]), all - 1, "a change is lost");
        assert_eq!(earn_and_spend(&[1], &amounts), 1 - all, "a change is lost");
        true
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
        earn_and_spend(&[10, 20, 40], &[1, 2, 4]);
        let locked = interleave::locks_taken();
        assert!(
            locked >= 6,
            "there are 6 changes, and the lock is taken {locked} times"
        );
        let locks = interleave::locks_used();
        assert_eq!(locks, 1, "there is one balance, and {locks} locks are used");
    });
    for slow in [true, false] {
        let name = if slow { "earned" } else { "spent" };
        let name =
            format!("the lock is free while a thread waits for what is {name} next");
        judge.every_order(&name, move || {
            let (to_quick, from_slow) = &channel::unbounded();
            let quick_calls = &Unseen::new(0);
            let amounts = |amounts: [i64; 3], slow| Slow {
                amounts: amounts.into_iter(),
                slow,
                calls: 0,
                to_quick,
                from_slow,
                quick_calls,
            };
            let end = balance(amounts([10, 20, 40], slow), amounts([1, 2, 4], !slow));
            assert_eq!(end, 63, "a change is lost: 70 - 7 are 63");
        });
    }
    judge.every_order("the lock is taken for changes, and for nothing else", || {
        let amounts = [10, 20, 40];
        let (earned, spent) = [(3, 3), (1, 2), (3, 0)][choose(3)];
        earn_and_spend(&amounts[..earned], &amounts[..spent]);
        let (changes, locked) = (earned + spent, interleave::locks_taken());
        assert!(
            locked <= changes + 1, // to read the balance at the end
            "there are {changes} changes, and the lock is taken {locked} times: each change has to be made under it"
        );
    });
    let why = "a change is lost";
    judge.some_order("each of many changes takes the lock once", why, || {
        let amounts = vec![10; 200 + many()];
        let (changes, all) = (2 * amounts.len(), earn_and_spend(&amounts, &amounts));
        assert_eq!(all, 0, "a change is lost");
        let locked = interleave::locks_taken();
        assert!(
            (changes..=changes + 1).contains(&locked), // to read the balance at the end
            "there are {changes} changes, and the lock is taken {locked} times"
        );
        true
    });
}
