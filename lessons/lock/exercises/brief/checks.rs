//! What every answer to `lock/brief` must hold.

use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering::SeqCst;
use std::thread;

use exercise::{Judge, Unseen};
use parking_lot::Mutex;

use crate::answer::add_up;

pub fn judge(judge: &mut Judge) {
    judge.every_order("two threads lose no result", || {
        let total = Mutex::new(0);
        thread::scope(|threads| {
            threads.spawn(|| add_up(&total, &[1, 2], |part| part * 10));
            threads.spawn(|| add_up(&total, &[3, 4], |part| part * 10));
        });
        assert_eq!(total.into_inner(), 100, "a result is lost: it must be 100");
    });
    judge.some_order(
        "two threads can work at the same time",
        "no order has two threads at work at the same time: whoever works holds the lock",
        || {
            let (at_work, both) = (AtomicU32::new(0), Unseen::new(false));
            let work = |part| {
                if at_work.fetch_add(1, SeqCst) == 1 {
                    both.set(true);
                }
                at_work.fetch_sub(1, SeqCst);
                part
            };
            let total = Mutex::new(0);
            thread::scope(|threads| {
                threads.spawn(|| add_up(&total, &[1], work));
                threads.spawn(|| add_up(&total, &[2], work));
            });
            both.get()
        },
    );
}
