//! What every answer to `barrier/action` must hold.

use std::sync::Barrier;
use std::thread;

use exercise::{Judge, Unseen, long_wait, many, others_sleep};

use crate::answer::wait_then;

pub fn judge(judge: &mut Judge) {
    judge.every_order("one thread alone acts each time", || rounds(1, 3, || ()));
    judge.every_order("two threads go on after the action", || rounds(2, 1, || ()));
    judge.every_order("two threads go on after each of two actions", || {
        rounds(2, 2, || ());
    });
    judge.every_order("three threads go on after one action", || rounds(3, 1, || ()));
    judge.every_order("a slow action is waited for", || {
        rounds(3, 1, || drop(long_wait()));
    });
    judge.every_order("a slow thread is waited for, and nobody acts before", || {
        let (barrier, acted) = (Barrier::new(3), Unseen::new(0));
        let act = || acted.update(|acted| *acted += 1);
        thread::scope(|threads| {
            threads.spawn(|| wait_then(&barrier, act));
            threads.spawn(|| wait_then(&barrier, act));
            others_sleep("a thread doesn't sleep while it waits for the others");
            assert_eq!(acted.get(), 0, "an action before all are there");
            wait_then(&barrier, act);
            assert_eq!(acted.get(), 1, "the action is called once for all");
        });
    });
    judge.every_order("two barriers have nothing to do with each other", || {
        let (slow, quick) = (Barrier::new(2), Barrier::new(1));
        let acted = Unseen::new(false);
        thread::scope(|threads| {
            for _ in 0..2 {
                threads.spawn(|| {
                    wait_then(&slow, || {
                        wait_then(&quick, || ()); // another barrier's action is done sooner
                        others_sleep("a thread doesn't sleep while another one acts");
                        acted.set(true);
                    });
                    assert!(acted.get(), "a thread goes on before the action is done");
                });
            }
        });
    });
    let why = "not all go on after the action";
    judge.some_order("many threads can wait for one action", why, || {
        rounds(many(), 1, || drop(long_wait()));
        true
    });
    judge.some_order("two threads can go many rounds", why, || {
        rounds(2, many(), || drop(long_wait()));
        true
    });
}

/// Threads that go some rounds together. In each of them there is one action, after all have come and before any goes on.
fn rounds(threads: usize, rounds: usize, work: impl Fn() + Send + Sync) {
    let (barrier, come, acted) =
        (Barrier::new(threads), Unseen::new(0), Unseen::new(0));
    let goes = || {
        for round in 1..=rounds {
            come.update(|come| *come += 1);
            wait_then(&barrier, || {
                assert_eq!(
                    come.get(),
                    threads * round,
                    "an action before all are there"
                );
                work();
                acted.update(|acted| *acted += 1);
            });
            assert!(acted.get() >= round, "a thread goes on before the action is done");
            assert_eq!(acted.get(), round, "the action is called once for all");
        }
    };
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(goes);
        }
    });
}
