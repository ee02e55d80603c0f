//! What every answer to `read-write-lock/settings` must hold.

use std::sync::Barrier;
use std::thread;

use exercise::{Judge, beforehand, long_wait, many, one_step, tries, until_all_wait};
use interleave::execution::choose;

use crate::answer::Settings;

pub fn judge(judge: &mut Judge) {
    judge.every_order("one thread alone changes what needs it", || {
        let settings = Settings::new(0);
        for n in 0..many() {
            assert!(
                settings.change_if(|value| *value == n, |value| *value += 1),
                "{n} needs a change"
            );
            assert!(
                !settings.change_if(|value| *value == n, |value| *value += 1),
                "{n} was changed"
            );
        }
        assert_eq!(settings.read(|value| *value), many(), "each change adds 1");
    });
    judge.every_order("two threads make a change once", || takes(2, 1));
    judge.every_order("three threads make a change twice", || takes(3, 2));
    let why = "a thread doesn't make a change that is needed";
    judge.some_order("many threads make as many changes", why, || {
        takes(many(), many());
        true
    });
    judge.every_order("a reader keeps no other reader out", || look_together(1));
    let why = "one of those who look keeps others out";
    judge.some_order("many can look at the same time", why, || {
        look_together(many() / 3);
        true
    });
    judge.every_order("a writer waits for a reader as long as it takes", || {
        let settings = Settings::new(1);
        let steps = thread::scope(|threads| {
            let (steps, changes) = settings.read(|_| {
                let changes = threads.spawn(|| take(&settings));
                until_all_wait(); // till it waits for this reader
                (long_wait(), changes)
            });
            let changed = changes.join().expect("it does not panic");
            assert!(changed, "the change is needed, and not made");
            steps
        });
        assert!(
            steps < 10,
            "{steps} steps while another reads: a thread that waits doesn't sleep"
        );
    });
    let why = "a thread that is too late many times doesn't make its change";
    judge.some_order(
        "a thread that is too late many times makes its change in the end",
        why,
        || {
            let (settings, times) = (Settings::new((0, 1)), tries());
            thread::scope(|threads| {
                let changes = threads.spawn(|| {
                    settings.change_if(|value| value.1 == 1, |value| value.1 = 0)
                });
                for _ in 0..times {
                    one_step();
                    settings.change_if(|_| true, |value| value.0 += 1);
                }
                assert!(
                    changes.join().expect("it does not panic"),
                    "the change is needed, and not made"
                );
            });
            settings.read(|value| *value) == (times, 0)
        },
    );
    judge.every_order("after many changes, two threads make what is needed", || {
        let (settings, there) = (Settings::new(1), 1 + choose(2));
        beforehand(|| {
            assert!(take(&settings), "the change is needed, and not made");
            settings.change_if(|_| true, |left| *left = there);
        });
        let taken = thread::scope(|threads| {
            let two = [(); 2].map(|()| threads.spawn(|| take(&settings)));
            two.map(|one| one.join().expect("it does not panic"))
        });
        let taken = taken.into_iter().filter(|taken| *taken).count();
        assert_eq!(taken, there, "as many changes as are needed");
    });
}

/// This many threads look at the same time in `read`, and twice as many in `change_if`, with nothing to change.
fn look_together(readers: usize) {
    let (settings, all) = (Settings::new(0), Barrier::new(3 * readers));
    let look = |_: &i32| drop(all.wait());
    let change_nothing = || {
        let changed = settings.change_if(
            |value| {
                look(value);
                false
            },
            |_| panic!("no change is needed"),
        );
        assert!(!changed, "no change is needed");
    };
    thread::scope(|threads| {
        for _ in 0..readers {
            threads.spawn(|| settings.read(look));
            threads.spawn(change_nothing);
            threads.spawn(change_nothing);
        }
    });
}

/// Of the `there` things, each of the threads takes one if one is left.
fn takes(threads: usize, there: usize) {
    let settings = Settings::new(there);
    let took: Vec<_> = thread::scope(|scope| {
        let threads: Vec<_> =
            (0..threads).map(|_| scope.spawn(|| take(&settings))).collect();
        threads
            .into_iter()
            .map(|thread| thread.join().expect("it does not panic"))
            .collect()
    });
    let took = took.into_iter().filter(|took| *took).count();
    assert_eq!(took, there, "as many changes as are needed");
    assert_eq!(settings.read(|left| *left), 0, "each change takes 1");
}

fn take(settings: &Settings<usize>) -> bool {
    settings.change_if(
        |left| *left > 0,
        |left| {
            assert!(*left > 0, "the settings need no change any more, and are changed");
            *left -= 1;
        },
    )
}
