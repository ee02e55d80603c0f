//! What every answer to `producer-consumer/watched` must hold.

use std::panic::Location;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::thread;

use exercise::{Judge, Unseen};
use interleave::execution::quiescence;

use crate::answer::Watched;

pub fn judge(judge: &mut Judge) {
    judge.every_order("who finds the value as wanted goes on at once", || {
        let bones = Watched::new(1);
        bones.wait_until(|bones| *bones == 1);
        bones.change(|bones| *bones += 1);
        bones.wait_until(|bones| *bones == 2);
    });
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
        let looks = Unseen::new(0);
        let others = AtomicU32::new(0);
        thread::scope(|threads| {
            threads.spawn(|| {
                bones.wait_until(|bones| {
                    looks.update(|looks| *looks += 1);
                    *bones == 1
                });
            });
            for _ in 0..5 {
                quiescence(Location::caller()); // till the thread sleeps
                others.fetch_add(1, Relaxed); // one more step of other threads
            }
            bones.change(|bones| *bones += 1);
        });
        // The first look, one after the change, and two after wake-ups for nothing.
        assert!(
            looks.get() <= 4,
            "it looked {} times for one change: it doesn't sleep",
            looks.get()
        );
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
}
