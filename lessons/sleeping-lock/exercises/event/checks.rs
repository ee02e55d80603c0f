//! What every answer to `sleeping-lock/event` must hold.

use std::cell::UnsafeCell;
use std::thread;

use atomic_wait::disturb;
use exercise::{
    Judge, Unseen, beforehand, many, many_threads, others_sleep, tries, until_all_wait,
};
use interleave::locks_taken;

use crate::answer::Event;

/// An event, and what is written before it is set and read by those who have waited for it.
struct News {
    event: Event,
    text: UnsafeCell<u32>,
}

// SAFETY: it is written before `set` and read after `wait`. Whether that is enough is what is asked.
unsafe impl Sync for News {}

impl News {
    fn new() -> Self {
        News { event: Event::new(), text: UnsafeCell::new(0) }
    }

    fn tell(&self) {
        // SAFETY: see above.
        unsafe { *self.text.get() = 7 };
        self.event.set();
    }

    fn hear(&self) {
        self.event.wait();
        // SAFETY: see above.
        let text = unsafe { *self.text.get() };
        assert_eq!(text, 7, "a thread gets through before the event is set");
    }
}

pub fn judge(judge: &mut Judge) {
    judge.every_order("an event that is set lets everybody through", || {
        let news = News::new();
        news.tell();
        for _ in 0..5 {
            (0..3).for_each(|_| news.hear());
            news.event.set();
        }
    });
    judge.every_order("one waits, and finds what was written before", || {
        let news = News::new();
        thread::scope(|threads| {
            threads.spawn(|| news.hear());
            news.tell();
        });
        news.hear();
        assert_eq!(locks_taken(), 0, "a lock is taken");
    });
    judge.every_order("a thread that waits sleeps, and is woken", || {
        let news = News::new();
        thread::scope(|threads| {
            threads.spawn(|| news.hear());
            others_sleep("a thread that waits for the event does not sleep");
            news.tell();
        });
    });
    judge.every_order("two that come while it is set get through", || {
        let news = News::new();
        thread::scope(|threads| {
            threads.spawn(|| news.hear());
            threads.spawn(|| news.hear());
            news.tell();
        });
    });
    judge.every_order("each of three that sleep is woken", || all_are_woken(3));
    judge.some_order(
        "many that sleep can all be woken",
        "no order lets many that sleep through",
        || {
            all_are_woken(many_threads());
            true
        },
    );
    judge.every_order("nobody gets through, however often a sleep ends", || {
        ends_for_nothing(many());
    });
    let why = "a thread that waits gives up";
    judge.some_order("a sleep can end thousands of times", why, || {
        ends_for_nothing(tries() / 4);
        true
    });
    judge.every_order("two threads may set it", || {
        let event = Event::new();
        thread::scope(|threads| {
            threads.spawn(|| event.wait());
            threads.spawn(|| event.set());
            event.set();
        });
        event.wait();
    });
    judge.every_order("two events have nothing to do with each other", || {
        let (one, other) = (Event::new(), Event::new());
        let through = Unseen::new(false);
        thread::scope(|threads| {
            threads.spawn(|| {
                one.wait();
                through.set(true);
            });
            other.set();
            other.wait();
            until_all_wait();
            assert!(!through.get(), "another event lets a thread through");
            one.set();
        });
    });
    judge.some_order(
        "after many other events, all that sleep can be woken",
        "no order lets all that sleep through",
        || {
            beforehand(|| {
                let before = News::new();
                before.tell();
                before.hear();
            });
            all_are_woken(3);
            true
        },
    );
}

/// So many threads sleep, and then the event is set.
fn all_are_woken(sleepers: usize) {
    let news = News::new();
    thread::scope(|threads| {
        for _ in 0..sleepers {
            threads.spawn(|| news.hear());
            until_all_wait();
        }
        news.tell();
    });
}

/// A thread waits, and its sleep ends this often for nothing.
fn ends_for_nothing(times: usize) {
    let news = News::new();
    thread::scope(|threads| {
        threads.spawn(|| news.hear());
        for _ in 0..times {
            until_all_wait();
            disturb(&news.event);
        }
        others_sleep("a thread that waits for the event does not sleep");
        news.tell();
    });
}
