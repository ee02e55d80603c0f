//! What every answer to `join-threads/named` must hold.

use std::sync::Barrier;
use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering::SeqCst;
use std::thread;

use exercise::{Judge, Unseen, long_wait, many_threads};

use crate::answer::ask_all;

/// What the thread that asks this is called.
fn name() -> String {
    thread::current().name().unwrap_or("a thread without a name").to_owned()
}

/// Asks by these names, and expects them back. Which thread is asked first is left to the order of the steps.
fn names(names: &[&str], ask: impl Fn() + Sync) {
    let asked = AtomicU32::new(0);
    let answers = ask_all(names, || {
        ask();
        asked.fetch_add(1, SeqCst);
        name()
    });
    assert_eq!(
        interleave::threads_started(),
        names.len(),
        "each name needs a new thread"
    );
    let mut who = answers.clone();
    who.sort();
    let mut named = names.to_vec();
    named.sort();
    assert_eq!(who, named, "the thread that answers is not the one that was named");
    assert_eq!(answers, names, "the answers are not in their order");
}

pub fn judge(judge: &mut Judge) {
    judge.every_order("each name has a thread of its own, which bears it", || {
        names(&["music", "film"], || ());
    });
    judge.every_order("the same name twice needs two threads", || {
        let asked = AtomicU32::new(0);
        let answers = ask_all(&["film", "music", "film"], || {
            (name(), asked.fetch_add(1, SeqCst))
        });
        let who: Vec<_> = answers.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(
            who,
            ["film", "music", "film"],
            "the answers are not in their order"
        );
        assert!(answers[0].1 != answers[2].1, "the two films have one answer");
        assert_eq!(
            interleave::threads_started(),
            3,
            "three names need three new threads"
        );
    });
    judge.every_order("without names nobody is asked", || names(&[], || ()));
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
    judge.some_order(
        "many threads can be at work at the same time",
        "no order has many threads at work at the same time",
        || {
            let all_at_work = Barrier::new(many_threads());
            names(&vec!["film"; many_threads()], || drop(all_at_work.wait()));
            true
        },
    );
    judge.every_order("a slow thread is waited for", || {
        names(&["music", "film"], || {
            if name() == "music" {
                long_wait();
            }
        })
    });
}
