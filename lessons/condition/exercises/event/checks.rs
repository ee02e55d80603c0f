//! What every answer to `condition/event` must hold.

use std::sync::Barrier;
use std::thread;

use exercise::{Judge, Unseen, beforehand, many, others_sleep, until_all_wait};

use crate::answer::Event;

const SLEEPS: &str = "a thread that waits for the event does not sleep";

pub fn judge(judge: &mut Judge) {
    judge.every_order("an event that is set lets everybody through", || {
        let event = Event::new();
        assert!(!event.is_set(), "it is set at the beginning");
        for _ in 0..many() {
            event.set();
            (0..3).for_each(|_| event.wait());
            event.set();
            event.wait();
            assert!(event.is_set(), "it is not set");
            event.clear();
            assert!(!event.is_set(), "it is not cleared");
            event.clear();
            assert!(!event.is_set(), "it is not cleared");
        }
    });
    judge.every_order("nobody gets through before it is set", || {
        let (event, made) = (Event::new(), Unseen::new(false));
        thread::scope(|threads| {
            for _ in 0..2 {
                threads.spawn(|| {
                    event.wait();
                    assert!(made.get(), "a thread gets through before it is set");
                });
            }
            event.clear(); // which changes nothing
            made.set(true);
            event.set();
        });
        assert!(event.is_set(), "it stays set until it is cleared");
    });
    judge.every_order("a thread that waits sleeps", || {
        let event = Event::new();
        thread::scope(|threads| {
            threads.spawn(|| event.wait());
            others_sleep(SLEEPS);
            event.clear();
            assert!(!event.is_set(), "it is set, and nobody has set it");
            others_sleep(SLEEPS);
            event.set();
        });
    });
    judge.every_order("set and cleared at once, it wakes all that slept", || {
        let event = Event::new();
        thread::scope(|threads| {
            for _ in 0..2 {
                threads.spawn(|| event.wait());
            }
            until_all_wait(); // till both sleep
            event.set();
            event.clear();
        });
        assert!(!event.is_set(), "it is not cleared");
    });
    judge.every_order("set and cleared twice at once, it wakes all that slept", || {
        let event = Event::new();
        thread::scope(|threads| {
            for _ in 0..2 {
                threads.spawn(|| event.wait());
            }
            until_all_wait(); // till both sleep
            for _ in 0..2 {
                event.set();
                event.clear();
            }
        });
    });
    judge.every_order("after many rounds, it wakes all that slept", || {
        let event = Event::new();
        beforehand(|| {
            event.set();
            event.wait();
            event.clear();
        });
        thread::scope(|threads| {
            for _ in 0..2 {
                threads.spawn(|| event.wait());
            }
            until_all_wait(); // till both sleep
            event.set();
            event.clear();
        });
    });
    judge.every_order("a thread that comes after it was cleared waits", || {
        let (event, late) = (Event::new(), Unseen::new(false));
        thread::scope(|threads| {
            threads.spawn(|| event.wait());
            until_all_wait(); // till it sleeps
            event.set();
            event.clear();
            threads.spawn(|| {
                event.wait();
                late.set(true);
            });
            others_sleep(SLEEPS);
            assert!(
                !late.get(),
                "a thread that came after it was cleared gets through"
            );
            event.set();
        });
    });
    judge.every_order("one wait is ended by one set, in each of three rounds", || {
        let (event, round) = (Event::new(), Barrier::new(2));
        let through = Unseen::new(0);
        thread::scope(|threads| {
            threads.spawn(|| {
                for _ in 0..3 {
                    event.wait();
                    through.update(|through| *through += 1);
                    round.wait();
                }
            });
            for before in 0..3 {
                until_all_wait(); // till it sleeps
                assert_eq!(
                    through.get(),
                    before,
                    "a thread gets through before it is set"
                );
                event.set();
                event.clear();
                round.wait();
            }
        });
    });
    judge.every_order("two threads may set it", || {
        let event = Event::new();
        thread::scope(|threads| {
            threads.spawn(|| event.wait());
            threads.spawn(|| event.set());
            event.set();
        });
        event.wait();
        assert!(event.is_set(), "it is not set");
    });
    judge.every_order("another thread may clear it at any moment", || {
        let event = Event::new();
        thread::scope(|threads| {
            threads.spawn(|| event.wait());
            until_all_wait(); // till it sleeps
            threads.spawn(|| event.clear());
            event.set();
        });
    });
    judge.every_order("of a set and a clear at once, one comes last", || {
        let (event, late) = (Event::new(), Unseen::new(false));
        thread::scope(|threads| {
            let sets = threads.spawn(|| event.set());
            event.clear();
            threads.spawn(|| {
                event.wait();
                late.set(true);
            });
            sets.join().expect("it does not panic");
            until_all_wait(); // till the one that came late sleeps, or is through
            assert_eq!(
                late.get(),
                event.is_set(),
                "a thread came after it was cleared"
            );
            event.set();
        });
    });
    judge.every_order("two events have nothing to do with each other", || {
        let (one, other) = (Event::new(), Event::new());
        let through = Unseen::new(false);
        thread::scope(|threads| {
            threads.spawn(|| {
                one.wait();
                through.set(true);
            });
            until_all_wait(); // till it sleeps
            other.set();
            other.wait();
            until_all_wait();
            assert!(!through.get(), "another event lets a thread through");
            assert!(!one.is_set(), "another event has set it");
            other.clear();
            one.set();
        });
    });
    let why = "a thread sleeps on";
    judge.some_order(
        "many that sleep can be woken, and one in many rounds",
        why,
        || {
            let event = Event::new();
            thread::scope(|threads| {
                for _ in 0..many() {
                    threads.spawn(|| event.wait());
                }
                until_all_wait(); // till all of them sleep
                event.set();
                event.clear();
            });
            thread::scope(|threads| {
                // One that comes to its next round early can only be through sooner.
                threads.spawn(|| (0..=many()).for_each(|_| event.wait()));
                for times in (1..=many()).chain([256]) {
                    until_all_wait(); // till it sleeps
                    for _ in 0..times {
                        event.set();
                        event.clear();
                    }
                }
            });
            true
        },
    );
}
