//! What every answer to `visibility/doorbell` must hold.

use std::cell::UnsafeCell;
use std::thread;

use exercise::{Judge, Unseen, many, others_sleep, tries, until_all_wait};

use crate::answer::Door;

/// What stands in the letter: written before `bring`, and read after `wait`.
struct Text(UnsafeCell<u32>);

// SAFETY: it is written before `bring` and read after `wait`. Whether that is enough is what is asked.
unsafe impl Sync for Text {}

impl Text {
    fn write(&self, text: u32) {
        // SAFETY: see above.
        unsafe { *self.0.get() = text };
    }

    fn read(&self) -> u32 {
        // SAFETY: see above.
        unsafe { *self.0.get() }
    }
}

/// One waits and one brings. Returns how often the waiting thread has slept.
fn delivered() -> u32 {
    let (door, text, slept) = (Door::new(), Text(UnsafeCell::new(0)), Unseen::new(0));
    thread::scope(|threads| {
        let waits = threads.spawn(|| {
            door.wait(|| {
                slept.update(|slept| *slept += 1);
                thread::park();
            });
            assert_eq!(text.read(), 7, "the letter is there, and its text isn't");
        });
        text.write(7);
        door.bring(|| waits.thread().unpark());
    });
    slept.get()
}

pub fn judge(judge: &mut Judge) {
    judge.every_order("a letter that is there already lets nobody sleep", || {
        let door = Door::new();
        door.bring(|| panic!("nobody waits, and somebody is woken"));
        door.wait(|| panic!("the letter is there, and somebody sleeps"));
    });
    judge.every_order(
        "a thread that waits is woken, and finds what was written before",
        || {
            delivered();
        },
    );
    judge.every_order(
        "a thread that sleeps is woken, however often a sleep ends for nothing",
        || {
            let (door, ends) = (Door::new(), Unseen::new(0));
            thread::scope(|threads| {
                let waits = threads.spawn(|| {
                    door.wait(|| {
                        let ended = ends.update(|ends| {
                            *ends += 1;
                            *ends
                        });
                        if ended > 4 {
                            thread::park();
                        }
                    });
                });
                door.bring(|| waits.thread().unpark());
            });
        },
    );
    judge.every_order("one for whom no letter comes goes on sleeping", || {
        let (door, text, ends) =
            (Door::new(), Text(UnsafeCell::new(0)), Unseen::new(0));
        thread::scope(|threads| {
            let waits = threads.spawn(|| {
                door.wait(|| {
                    let ended = ends.update(|ends| {
                        *ends += 1;
                        *ends
                    });
                    if ended > 200 + many() {
                        thread::park();
                    }
                });
                assert_eq!(text.read(), 7, "a thread that waits gives up");
            });
            others_sleep("a thread that waits for a letter does not sleep");
            text.write(7);
            door.bring(|| waits.thread().unpark());
        });
    });
    let why = "a thread that waits gives up";
    judge.some_order("it goes on after thousands of sleeps", why, || {
        let (door, text) = (Door::new(), Text(UnsafeCell::new(0)));
        thread::scope(|threads| {
            let waits = threads.spawn(|| {
                door.wait(thread::park);
                assert_eq!(text.read(), 7, "a thread that waits gives up");
            });
            for _ in 0..tries() / 4 {
                until_all_wait(); // till it sleeps
                waits.thread().unpark();
            }
            text.write(7);
            door.bring(|| waits.thread().unpark());
        });
        true
    });
    judge.every_order("two doors have nothing to do with each other", || {
        let (one, other) = (Door::new(), Door::new());
        let through = Unseen::new(false);
        thread::scope(|threads| {
            let waits = threads.spawn(|| {
                other.wait(thread::park);
                through.set(true);
            });
            one.bring(|| panic!("nobody waits, and somebody is woken"));
            until_all_wait();
            assert!(!through.get(), "a letter at one door is found at another");
            other.bring(|| waits.thread().unpark());
        });
    });
    judge.some_order(
        "one for whom no letter comes sleeps",
        "in no order does the waiting thread sleep",
        || delivered() > 0,
    );
}
