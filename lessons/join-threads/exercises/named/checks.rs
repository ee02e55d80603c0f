//! What every answer to `join-threads/named` must hold.

use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering::SeqCst;
use std::thread;

use exercise::{Judge, Unseen};

use crate::answer::ask_all;

pub fn judge(judge: &mut Judge) {
    judge.every_order("each name has a thread of its own, which bears it", || {
        // Which thread is asked first is left to the order of the steps.
        let asked = AtomicU32::new(0);
        let answers = ask_all(&["music", "film"], || {
            asked.fetch_add(1, SeqCst);
            thread::current().name().unwrap_or("a thread without a name").to_owned()
        });
        assert_eq!(interleave::threads_started(), 2, "two names need two new threads");
        let mut who = answers.clone();
        who.sort();
        assert_eq!(who, ["film", "music"], "who answers is not who was named");
        assert_eq!(answers, ["music", "film"], "the answers are not in their order");
    });
    judge.some_order(
        "all threads can be at work at the same time",
        "no order has both threads at work at the same time",
        || {
            let (at_work, both) = (AtomicU32::new(0), Unseen::new(false));
            ask_all(&["music", "film"], || {
                if at_work.fetch_add(1, SeqCst) == 1 {
                    both.set(true);
                }
                at_work.fetch_sub(1, SeqCst);
            });
            both.get()
        },
    );
}
