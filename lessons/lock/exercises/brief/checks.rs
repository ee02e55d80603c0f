//! What every answer to `lock/brief` must hold.

use std::sync::Barrier;
use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering::SeqCst;
use std::thread;

use exercise::{Judge, Unseen, beforehand, long_wait, many, one_step, tries};
use parking_lot::Mutex;

use crate::answer::add_up;

fn square(part: u64) -> u64 {
    part * part
}

pub fn judge(judge: &mut Judge) {
    judge.every_order("one thread alone adds the result of each part", || {
        let total = Mutex::new(1000);
        add_up(&total, &[], square);
        add_up(&total, &[3, 3, 0, 1, 2], square);
        add_up(&total, &[4], square);
        assert_eq!(*total.lock(), 1039, "a result is lost: it must be 1039");
        let mut parts = vec![1; 200 + many()];
        parts.push(1 << 20);
        add_up(&total, &parts, square);
        let all = 1239 + many() as u64 + (1 << 40);
        assert_eq!(total.into_inner(), all, "a result is lost: it must be {all}");
    });
    judge.every_order("three threads lose no result", || {
        let total = Mutex::new(0);
        thread::scope(|threads| {
            for parts in [[1], [3], [3]] {
                let total = &total;
                threads.spawn(move || add_up(total, &parts, square));
            }
        });
        assert_eq!(total.into_inner(), 19, "a result is lost: it must be 19");
    });
    judge.every_order("two threads lose no result, after many calls", || {
        let total = Mutex::new(0);
        beforehand(|| add_up(&total, &[1], square));
        thread::scope(|threads| {
            threads.spawn(|| add_up(&total, &[30], square));
            add_up(&total, &[40], square);
        });
        let all = 2500 + many() as u64;
        assert_eq!(total.into_inner(), all, "a result is lost: it must be {all}");
    });
    judge.every_order("no result is lost, however often another thread adds", || {
        let total = Mutex::new(0);
        thread::scope(|threads| {
            threads.spawn(|| add_up(&total, &[2], square));
            (0..3).for_each(|_| add_up(&total, &[3], square));
        });
        assert_eq!(total.into_inner(), 31, "a result is lost: it must be 31");
    });
    let why = "a result is lost";
    judge.some_order("a result is added, though others are faster", why, || {
        let (total, threes) = (Mutex::new(0), tries());
        thread::scope(|threads| {
            threads.spawn(|| add_up(&total, &[2], square));
            for _ in 0..threes {
                one_step(); // what the other thread has seen is old now
                *total.lock() += 3;
            }
        });
        let all = 4 + 3 * threes as u64;
        assert_eq!(total.into_inner(), all, "a result is lost: it must be {all}");
        true
    });
    judge.some_order("no result of many parts is lost", why, || {
        // How many steps `add_up` takes before something else is added.
        for steps in 1..5 {
            let (total, parts) = (Mutex::new(0), many() as u64);
            thread::scope(|threads| {
                threads.spawn(|| add_up(&total, &vec![1; many()], square));
                for _ in 0..2 * parts {
                    (0..steps).for_each(|_| one_step());
                    *total.lock() += 1_000;
                }
            });
            let all = 2_001 * parts;
            assert_eq!(total.into_inner(), all, "a result is lost: it must be {all}");
        }
        true
    });
    judge.every_order("a thread waits for the lock as long as it takes", || {
        let total = Mutex::new(0);
        thread::scope(|threads| {
            let held = total.lock();
            threads.spawn(|| add_up(&total, &[2, 3], square));
            long_wait();
            drop(held);
        });
        assert_eq!(total.into_inner(), 13, "a result is lost: it must be 13");
    });
    judge.some_order(
        "two threads can work at the same time",
        "no order has two threads at work at the same time: the one that works holds the lock",
        || {
            let (at_work, both) = (AtomicU32::new(0), Unseen::new(false));
            let work = |part| {
                if at_work.fetch_add(1, SeqCst) == 1 {
                    both.set(true);
                }
                at_work.fetch_sub(1, SeqCst);
                part
            };
            let total = Mutex::new(0);
            thread::scope(|threads| {
                threads.spawn(|| add_up(&total, &[1], work));
                threads.spawn(|| add_up(&total, &[2], work));
            });
            both.get()
        },
    );
    judge.every_order("a slow thread keeps out no other", || {
        let (total, other_is_done) = (Mutex::new(0), Barrier::new(2));
        thread::scope(|threads| {
            threads.spawn(|| {
                add_up(&total, &[1, 2], |part| {
                    if part == 2 {
                        other_is_done.wait();
                    }
                    part
                });
            });
            add_up(&total, &[3, 4], |part| part);
            other_is_done.wait();
        });
        assert_eq!(total.into_inner(), 10, "a result is lost: it must be 10");
    });
    let why = "a result is lost";
    judge.some_order(
        "a slow part keeps out no other thread, whichever it is",
        why,
        || {
            let parts: Vec<u64> = (0..many() as u64).collect();
            for slow in parts.iter().step_by(3) {
                let total = Mutex::new(0);
                thread::scope(|threads| {
                    add_up(&total, &parts, |part| {
                        if part == *slow {
                            let other =
                                threads.spawn(|| add_up(&total, &[1, 2], square));
                            other.join().expect("it does not panic");
                        }
                        part
                    });
                });
                let all = 5 + parts.iter().sum::<u64>();
                assert_eq!(
                    total.into_inner(),
                    all,
                    "a result is lost: it must be {all}"
                );
            }
            true
        },
    );
    judge.some_order(
        "many threads can work at the same time, on each part",
        "no order has many threads at work at the same time",
        || {
            let (total, all_at_work) = (Mutex::new(0), Barrier::new(many()));
            let work = |part| {
                all_at_work.wait();
                part
            };
            thread::scope(|threads| {
                for _ in 0..many() {
                    threads.spawn(|| {
                        add_up(&total, &[1, 2, 3], work);
                        add_up(&total, &[4], work);
                    });
                }
            });
            total.into_inner() == 10 * many() as u64
        },
    );
}
