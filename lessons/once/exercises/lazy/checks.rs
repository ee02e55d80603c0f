//! What every answer to `once/lazy` must hold.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Barrier;
use std::thread;

use exercise::{Judge, Unseen, at_once, many, others_sleep, until_all_wait};

use crate::answer::Lazy;

/// Why a thread that doesn't sleep is refused.
const AWAKE: &str = "a thread looks again and again: it doesn't sleep";

pub fn judge(judge: &mut Judge) {
    judge.every_order("one thread alone makes a value once", || {
        for value in [0, 1, u32::MAX] {
            let lazy = Lazy::new();
            assert_eq!(lazy.get(), None, "nobody has made it");
            assert_eq!(lazy.get_or_make(|| value), value, "the value that is made");
            for _ in 0..2 {
                let again = lazy.get_or_make(|| panic!("the value is made twice"));
                let seen = (again, lazy.get(), lazy.wait());
                assert_eq!(
                    seen,
                    (value, Some(value), value),
                    "the value that was made"
                );
            }
        }
    });
    judge.every_order("a thread can ask for a value while it is made", || {
        let (lazy, in_make) = (Lazy::new(), Barrier::new(2));
        let make = || {
            in_make.wait();
            in_make.wait();
            1
        };
        thread::scope(|threads| {
            threads.spawn(|| assert_eq!(lazy.get_or_make(make), 1, "the value"));
            in_make.wait();
            for _ in 0..2 {
                let value = at_once("`get`", 20, || lazy.get());
                assert_eq!(value, None, "the value isn't made yet");
            }
            in_make.wait();
            lazy.wait();
            assert_eq!(lazy.get(), Some(1), "the value is made");
        });
    });
    judge.every_order("two threads make the value once", || {
        same(2, 0, || ());
    });
    judge.every_order("a thread waits for the value that another one makes", || {
        same(1, 1, || ());
    });
    judge.every_order("a slow value is made once, and the others sleep", || {
        same(2, 1, || others_sleep(AWAKE));
    });
    judge.every_order("a thread that waits sleeps until somebody makes it", || {
        let lazy = Lazy::new();
        thread::scope(|threads| {
            threads.spawn(|| assert_eq!(lazy.wait(), 1, "the value"));
            others_sleep(AWAKE);
            assert_eq!(lazy.get_or_make(|| 1), 1, "the value");
        });
    });
    judge.every_order("all that wait get the value", || {
        same(1, 2, until_all_wait);
    });
    let why = "a thread sleeps on";
    judge.some_order("many threads can want one value", why, || {
        same(many(), 1, until_all_wait);
        true
    });
    judge.some_order("many threads can wait for one value", why, || {
        same(1, many(), until_all_wait);
        true
    });
    judge.every_order("after a panic, the next thread makes the value", || {
        next_tries(1, 0, 0);
    });
    judge.every_order("a panic wakes a thread that makes the value", || {
        next_tries(1, 1, 1);
    });
    judge.every_order("after two panics, the third thread makes the value", || {
        next_tries(2, 0, 1);
    });
    let why = "a thread gives up, or sleeps on";
    judge.some_order("many tries can fail", why, || {
        next_tries(many(), 1, 1);
        true
    });
    judge.every_order("after a panic, the place is empty", || {
        let lazy = Lazy::new();
        for _ in 0..2 {
            assert!(panics(&lazy), "the panic has to reach its caller");
            assert_eq!(lazy.get(), None, "nobody has made it");
        }
        assert_eq!((lazy.get_or_make(|| 1), lazy.wait()), (1, 1), "the value");
    });
    judge.every_order("a value that is there is seen by all", || {
        let lazy = Lazy::new();
        lazy.get_or_make(|| 1);
        thread::scope(|threads| {
            threads.spawn(|| assert_eq!(lazy.get(), Some(1), "the value"));
            threads.spawn(|| assert_eq!(lazy.wait(), 1, "the value"));
            let again = lazy.get_or_make(|| panic!("the value is made twice"));
            assert_eq!((again, lazy.get()), (1, Some(1)), "the value");
        });
    });
    judge.every_order("one value can be made from another one", || {
        let (a, b) = (Lazy::new(), Lazy::new());
        let value = a.get_or_make(|| b.get_or_make(|| 1) + 1);
        assert_eq!((value, a.get(), b.get()), (2, Some(2), Some(1)), "the values");
    });
    judge.every_order("two values can be made at the same time", || {
        let (a, b, both) = (Lazy::new(), Lazy::new(), Barrier::new(2));
        let make = || {
            both.wait();
            1
        };
        thread::scope(|threads| {
            threads.spawn(|| a.get_or_make(make));
            b.get_or_make(make);
        });
    });
}

/// This many threads want the value, and others wait for it. `slow` is part of making it.
fn same(makers: usize, waiters: usize, slow: impl Fn() + Sync) {
    let (lazy, made) = (Lazy::new(), Unseen::new(0));
    let make = || {
        slow();
        made.update(|made| *made += 1);
        7
    };
    thread::scope(|threads| {
        for _ in 0..waiters {
            threads.spawn(|| assert_eq!(lazy.wait(), 7, "the value"));
        }
        for _ in 0..makers {
            threads.spawn(|| assert_eq!(lazy.get_or_make(make), 7, "the value"));
        }
    });
    assert_eq!(made.get(), 1, "how often the value is made");
}

/// The first tries fail, and one more thread makes the value. Others wait for it.
fn next_tries(failing: usize, waiters: usize, slow: usize) {
    let (lazy, tries) = (Lazy::new(), Unseen::new(0));
    let make = || {
        if slow > 0 {
            until_all_wait(); // till the others sleep
        }
        let tries = tries.update(|tries| {
            *tries += 1;
            *tries
        });
        assert!(tries > failing, "this try fails, on purpose");
        7
    };
    let failed = Unseen::new(0);
    thread::scope(|threads| {
        for _ in 0..waiters {
            threads.spawn(|| assert_eq!(lazy.wait(), 7, "the value"));
        }
        for _ in 0..=failing {
            threads.spawn(|| {
                match catch_unwind(AssertUnwindSafe(|| lazy.get_or_make(make))) {
                    Ok(value) => assert_eq!(value, 7, "the value"),
                    Err(_) => failed.update(|failed| *failed += 1),
                }
            });
        }
    });
    assert_eq!(
        failed.get(),
        failing,
        "a thread whose own try succeeds, or that makes nothing, doesn't panic"
    );
    assert_eq!(tries.get(), failing + 1, "how often somebody tried");
}

/// A try that fails. Whether its caller learns that.
fn panics(lazy: &Lazy) -> bool {
    let make = || panic!("this try fails, on purpose");
    catch_unwind(AssertUnwindSafe(|| lazy.get_or_make(make))).is_err()
}
