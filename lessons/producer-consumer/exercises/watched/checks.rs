//! What every answer to `producer-consumer/watched` must hold.

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::thread;

use exercise::{Judge, Unseen, long_wait, many, until_all_wait};

use crate::answer::Watched;

pub fn judge(judge: &mut Judge) {
    judge.every_order(
        "a thread that finds the value as wanted goes on at once",
        || {
            let bones = Watched::new(1);
            bones.wait_until(|bones| *bones == 1);
            bones.change(|bones| *bones += 1);
            bones.wait_until(|bones| *bones == 2);
        },
    );
    judge.every_order(
        "a thread waits until the value is as wanted, and no longer",
        || {
            let bones = Watched::new(0);
            let made = AtomicU32::new(0);
            thread::scope(|threads| {
                threads.spawn(|| {
                    bones.wait_until(|bones| *bones == 1);
                    assert_eq!(
                        made.load(Relaxed),
                        1,
                        "it went on before the value was as wanted"
                    );
                });
                made.store(1, Relaxed);
                bones.change(|bones| *bones += 1);
            });
        },
    );
    judge.every_order("a thread sleeps while nothing changes", || {
        let bones = Watched::new(0);
        let steps = thread::scope(|threads| {
            threads.spawn(|| bones.wait_until(|bones| *bones == 1));
            let steps = long_wait();
            bones.change(|bones| *bones += 1);
            steps
        });
        slept(steps);
    });
    judge.every_order("one change wakes all that wait", || {
        let bones = Watched::new(0);
        thread::scope(|threads| {
            for _ in 0..2 {
                threads.spawn(|| bones.wait_until(|bones| *bones == 1));
            }
            bones.change(|bones| *bones += 1);
        });
    });
    judge.every_order("a thread sleeps again until its own value is there", || {
        own_value(3);
    });
    let why = "a thread gives up after many changes";
    judge.some_order("a thread waits through many changes", why, || {
        own_value(many());
        true
    });
    judge.every_order("two threads wait for different values", || {
        let bones = Watched::new(0);
        thread::scope(|threads| {
            for wanted in [2, 1] {
                let bones = &bones;
                threads.spawn(move || bones.wait_until(|bones| *bones == wanted));
            }
            for _ in 0..2 {
                until_all_wait(); // till who waits sleeps
                bones.change(|bones| *bones += 1);
            }
        });
    });
    let why = "a thread sleeps on";
    judge.some_order("one change can wake many that wait", why, || {
        let bones = Watched::new(0);
        thread::scope(|threads| {
            for _ in 0..many() {
                threads.spawn(|| bones.wait_until(|bones| *bones == 1));
            }
            until_all_wait(); // till all of them sleep
            bones.change(|bones| *bones += 1);
        });
        true
    });
    judge.every_order("two threads take turns, and each waits for the other", || {
        let turn = Watched::new(0);
        thread::scope(|threads| {
            threads.spawn(|| {
                for mine in [1, 3] {
                    turn.wait_until(|turn| *turn == mine);
                    turn.change(|turn| *turn += 1);
                }
            });
            for mine in [0, 2] {
                turn.wait_until(|turn| *turn == mine);
                turn.change(|turn| *turn += 1);
            }
        });
    });
}

/// A thread waits for the last of this many changes. Before each of them, it has a long time to go to sleep in.
fn own_value(last: usize) {
    let (bones, made) = (Watched::new(0), Unseen::new(0));
    let steps = thread::scope(|threads| {
        threads.spawn(|| {
            bones.wait_until(|bones| *bones == last);
            assert_eq!(made.get(), last, "it went on before the value was as wanted");
        });
        let next = |bone| {
            let steps = long_wait();
            made.set(bone);
            bones.change(|bones| *bones = bone);
            steps
        };
        (1..=last).map(next).sum()
    });
    slept(steps);
}

/// Those that wait took this many steps during long waits.
fn slept(steps: u32) {
    assert!(
        steps < 10,
        "a thread took {steps} steps while nothing changed: it doesn't sleep"
    );
}
