//! What every answer to `visibility/peterson` must hold.

use std::cell::UnsafeCell;
use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering::Relaxed;
use std::thread;

use exercise::{Judge, long_wait};
use interleave::{exchanges, locks_taken, rounds};

use crate::answer::Door;

/// A number that is touched only inside.
struct Inside(UnsafeCell<u32>);

// SAFETY: it is used between `enter` and `leave`, and whether that keeps two threads apart is what is asked.
unsafe impl Sync for Inside {}

impl Inside {
    fn add(&self) {
        // SAFETY: see above.
        unsafe { *self.0.get() += 1 };
    }
}

/// Lets both threads come in as often as each is told.
fn both(times: [u32; 2], inside: impl Fn(usize) + Sync) {
    let door = Door::new();
    thread::scope(|threads| {
        for me in [0, 1] {
            let (door, inside) = (&door, &inside);
            threads.spawn(move || {
                for _ in 0..times[me] {
                    door.enter(me);
                    inside(me);
                    door.leave(me);
                }
            });
        }
    });
}

/// Where the checks themselves make no exchange, the answer makes none.
fn loads_and_stores_only() {
    assert_eq!(exchanges(), 0, "an atomic is read and written in one step");
    assert_eq!(locks_taken(), 0, "a lock is taken");
}

/// Two threads come in, and there is never more than one inside.
fn one_at_a_time(times: [u32; 2]) {
    let inside = AtomicU32::new(0);
    both(times, |_| {
        assert_eq!(inside.fetch_add(1, Relaxed), 0, "both are inside");
        inside.fetch_sub(1, Relaxed);
    });
}

pub fn judge(judge: &mut Judge) {
    judge.every_order("a thread that is alone comes in, again and again", || {
        for comes in [[0, 1, 1, 0, 0], [1, 0, 0, 1, 1]] {
            let door = Door::new();
            for me in comes {
                door.enter(me);
                door.leave(me);
            }
        }
        loads_and_stores_only();
    });
    judge.every_order("two doors have nothing to do with each other", || {
        let (one, other) = (Door::new(), Door::new());
        one.enter(0);
        other.enter(1);
        one.leave(0);
        other.leave(1);
    });
    judge.every_order("of two, one at a time is inside", || one_at_a_time([1, 1]));
    judge.every_order("what one has done inside is there for the next", || {
        let number = Inside(UnsafeCell::new(0));
        both([1, 1], |_| number.add());
        assert_eq!(number.0.into_inner(), 2, "each has added 1 inside");
        loads_and_stores_only();
    });
    judge.every_order("a thread that is inside for long is alone for as long", || {
        for slow in [0, 1] {
            let inside = AtomicU32::new(0);
            both([1, 1], |me| {
                assert_eq!(inside.fetch_add(1, Relaxed), 0, "both are inside");
                if me == slow {
                    long_wait();
                }
                inside.fetch_sub(1, Relaxed);
            });
        }
    });
    judge.every_order("one waits as long as the other is inside", || {
        for slow in [0, 1] {
            let (door, inside) = (Door::new(), AtomicU32::new(1));
            door.enter(slow);
            thread::scope(|threads| {
                threads.spawn(|| {
                    door.enter(1 - slow);
                    assert_eq!(inside.load(Relaxed), 0, "both are inside");
                    door.leave(1 - slow);
                });
                for _ in 0..30 {
                    long_wait();
                }
                assert!(rounds() > 0, "no `hint::spin_loop()` in the loop that waits");
                inside.store(0, Relaxed);
                door.leave(slow);
            });
        }
    });
    for times in [[2, 1], [1, 2]] {
        let name = format!(
            "of two who come {} and {} times, each finds what was done before",
            times[0], times[1]
        );
        judge.every_order(&name, move || {
            let number = Inside(UnsafeCell::new(0));
            both(times, |_| number.add());
            assert_eq!(number.0.into_inner(), 3, "each time, 1 is added inside");
        });
    }
}
