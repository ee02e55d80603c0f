//! What every answer to `semaphore/guard` must hold.

use std::sync::Barrier;
use std::thread;

use exercise::{
    Judge, Unseen, at_once, beforehand, long_wait, many, tries, until_all_wait,
};

use crate::answer::Semaphore;

pub fn judge(judge: &mut Judge) {
    judge.every_order("a permit that is dropped goes back", || {
        let semaphore = Semaphore::new(2);
        for _ in 0..many() {
            drop(semaphore.acquire());
            drop(at_once("try_acquire", 20, || semaphore.try_acquire()));
        }
        assert_eq!(left(&semaphore), 2, "one permit after the other was dropped");
        let both = [semaphore.acquire(), semaphore.acquire()];
        let third = at_once("try_acquire", 20, || semaphore.try_acquire());
        assert!(third.is_none(), "both permits are taken");
        drop(both);
        assert_eq!(left(&semaphore), 2, "two permits were given back");
    });
    judge.every_order("a permit that is released goes back, once", || {
        let semaphore = Semaphore::new(1);
        semaphore.acquire().release();
        assert_eq!(left(&semaphore), 1, "one permit was released");
        semaphore.try_acquire().expect("a permit is there").release();
        assert_eq!(left(&semaphore), 1, "one permit was released");
        let semaphore = Semaphore::new(many());
        let all: Vec<_> = (0..many()).map(|_| semaphore.acquire()).collect();
        all.into_iter().for_each(|permit| permit.release());
        assert_eq!(left(&semaphore), many(), "all permits were released");
        for permits in [1 << 8, 1 << 16] {
            let semaphore = Semaphore::new(permits);
            let first = at_once("try_acquire", 20, || semaphore.try_acquire());
            assert!(first.is_some(), "there are {permits} permits, and none is found");
        }
    });
    judge.every_order("a thread that waits gets the permit that goes back", || {
        let semaphore = Semaphore::new(1);
        let first = semaphore.acquire();
        let steps = thread::scope(|threads| {
            threads.spawn(|| semaphore.acquire().release());
            let steps = long_wait();
            drop(first);
            steps
        });
        slept(steps);
        assert_eq!(left(&semaphore), 1, "all permits were given back");
    });
    judge.every_order("a permit goes back in a panic", || {
        let semaphore = Semaphore::new(1);
        for _ in 0..2 {
            thread::scope(|threads| {
                let thread = threads.spawn(|| {
                    let _permit = semaphore.acquire();
                    panic!("a thread panics on purpose, with a permit");
                });
                drop(semaphore.acquire());
                assert!(thread.join().is_err(), "the panic goes on");
            });
        }
        assert_eq!(left(&semaphore), 1, "a thread with the only permit has panicked");
    });
    judge.every_order("a panic wakes a thread that waits for the permit", || {
        let semaphore = Semaphore::new(1);
        thread::scope(|threads| {
            let thread = threads.spawn(|| {
                let _permit = semaphore.acquire();
                until_all_wait(); // till the other one waits
                panic!("a thread panics on purpose, with a permit");
            });
            drop(semaphore.acquire());
            assert!(thread.join().is_err(), "the panic goes on");
        });
        assert_eq!(left(&semaphore), 1, "a thread with the only permit has panicked");
    });
    judge.every_order("three threads share one permit", || share(1, 3));
    judge.every_order("three threads share two permits", || share(2, 3));
    judge.every_order("each permit that goes back wakes a thread that waits", || {
        let semaphore = Semaphore::new(2);
        beforehand(|| drop(semaphore.acquire()));
        let both = [semaphore.acquire(), semaphore.acquire()];
        thread::scope(|threads| {
            // Those that wait keep their permits, until both have one.
            let waiting = [(); 2].map(|()| threads.spawn(|| semaphore.acquire()));
            until_all_wait();
            let [first, second] = both;
            drop(first);
            second.release();
            let taken = waiting.map(|thread| thread.join().expect("it does not panic"));
            assert_eq!(left(&semaphore), 0, "both permits are taken again");
            drop(taken);
        });
        assert_eq!(left(&semaphore), 2, "all permits were given back");
    });
    judge.every_order("a thread that tries finds a permit that is there", || {
        let semaphore = Semaphore::new(3);
        thread::scope(|threads| {
            for _ in 0..2 {
                threads.spawn(|| drop(semaphore.acquire()));
            }
            let permit = semaphore.try_acquire();
            assert!(
                permit.is_some(),
                "there is a permit, and `try_acquire` finds none"
            );
        });
        assert_eq!(left(&semaphore), 3, "a permit is lost, or there twice");
    });
    judge.every_order("a thread that tries doesn't wait for another one", || {
        let (semaphore, tried) = (Semaphore::new(1), Barrier::new(2));
        thread::scope(|threads| {
            threads.spawn(|| {
                let permit = semaphore.acquire();
                tried.wait();
                drop(permit);
            });
            drop(semaphore.try_acquire());
            tried.wait();
        });
        assert_eq!(left(&semaphore), 1, "a permit is lost, or there twice");
    });
    let why =
        "a thread that came too late many times gives up, or goes in without a permit";
    judge.some_order("a thread can come too late many times", why, || {
        let semaphore = Semaphore::new(1);
        let mut permit = semaphore.acquire();
        thread::scope(|threads| {
            let late = threads.spawn(|| semaphore.acquire());
            for _ in 0..tries() / 4 {
                until_all_wait(); // till the late one sleeps
                drop(permit);
                // It wakes up, and before it looks, the permit is taken again.
                let Some(taken) = semaphore.try_acquire() else {
                    // Or it was the late one's turn.
                    return drop(late.join().expect("it does not panic"));
                };
                permit = taken;
            }
            let steps = long_wait();
            assert!(!late.is_finished(), "two threads are in, with one permit");
            assert!(
                steps < 10,
                "{steps} steps while no permit was there: it doesn't sleep"
            );
            drop(permit);
            drop(late.join().expect("it does not panic"));
        });
        left(&semaphore) == 1
    });
    let why = "a thread is never woken";
    judge.some_order("many threads that wait can all get a permit", why, || {
        let semaphore = Semaphore::new(many());
        let all: Vec<_> = (0..many()).map(|_| semaphore.acquire()).collect();
        thread::scope(|threads| {
            let wait = |_| threads.spawn(|| semaphore.acquire());
            let waiting: Vec<_> = (0..many()).map(wait).collect();
            until_all_wait(); // till all of them sleep
            drop(all);
            let taken = waiting.into_iter().map(|thread| thread.join());
            let taken: Result<Vec<_>, _> = taken.collect();
            taken.expect("none of them panics").len() == many()
        }) && left(&semaphore) == many()
    });
}

/// Those that wait took this many steps during a long wait.
fn slept(steps: u32) {
    assert!(
        steps < 10,
        "{steps} steps while no permit was there: a thread that waits doesn't sleep"
    );
}

/// How many permits can be taken now, without waiting. Gives them back.
fn left(semaphore: &Semaphore) -> usize {
    std::iter::from_fn(|| semaphore.try_acquire())
        .take(2 * many())
        .collect::<Vec<_>>()
        .len()
}

/// This many threads come in and leave again. At no moment are more in than there are permits.
fn share(permits: usize, threads: usize) {
    let (semaphore, inside) = (Semaphore::new(permits), Unseen::new(0));
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                let permit = semaphore.acquire();
                inside.update(|inside| *inside += 1);
                let now = inside.get();
                assert!(now <= permits, "{now} threads are in, with {permits} permits");
                inside.update(|inside| *inside -= 1);
                drop(permit);
            });
        }
    });
    assert_eq!(left(&semaphore), permits, "a permit is lost, or there twice");
}
