//! What every answer to `sleeping-lock/mutex` must hold.

use std::thread;

use atomic_wait::disturb;
use exercise::{Judge, beforehand, many, others_sleep, until_all_wait};
use interleave::execution::simplest;
use interleave::system_calls;

use crate::answer::SleepingLock;

const AWAKE: &str = "the lock is held, and a thread that waits for it does not sleep";

pub fn judge(judge: &mut Judge) {
    judge.every_order("a thread that is alone does not call the system", || {
        let lock = SleepingLock::new(0);
        (0..3).for_each(|_| *lock.lock() += 1);
        assert_eq!(*lock.lock(), 3, "what the lock holds");
        assert_eq!(system_calls(), 0, "nobody waits, and the system is called");
    });
    judge.every_order("one thread at a time has the lock", || {
        let lock = SleepingLock::new(0);
        thread::scope(|threads| {
            threads.spawn(|| *lock.lock() += 1);
            threads.spawn(|| *lock.lock() += 1);
        });
        assert_eq!(*lock.lock(), 2, "an addition is lost");
    });
    judge.every_order("a thread that waits sleeps, and is woken", || {
        let lock = SleepingLock::new(0);
        thread::scope(|threads| {
            let mut held = lock.lock();
            threads.spawn(|| *lock.lock() += 1);
            others_sleep(AWAKE);
            *held += 1;
        });
        assert_eq!(*lock.lock(), 2, "an addition is lost");
    });
    judge.every_order("each of three that sleep is woken", || {
        let lock = SleepingLock::new(0);
        thread::scope(|threads| {
            let held = lock.lock();
            for _ in 0..3 {
                threads.spawn(|| *lock.lock() += 1);
                until_all_wait();
            }
            drop(held);
        });
        assert_eq!(*lock.lock(), 3, "an addition is lost");
    });
    judge.every_order(
        "a thread sleeps on, however often a sleep ends for nothing",
        || {
            let lock = SleepingLock::new(0);
            thread::scope(|threads| {
                let mut held = lock.lock();
                threads.spawn(|| *lock.lock() += 1);
                for _ in 0..many() {
                    until_all_wait();
                    disturb(&lock);
                }
                others_sleep(AWAKE);
                *held += 1;
            });
            assert_eq!(*lock.lock(), 2, "an addition is lost");
        },
    );
    judge.every_order("two locks have nothing to do with each other", || {
        let (one, other) = (SleepingLock::new(1), SleepingLock::new(2));
        let (one, other) = (one.lock(), other.lock());
        assert_eq!((*one, *other), (1, 2), "a lock has the value of another one");
    });
    judge.every_order("two that come while it is held get it", || {
        let lock = SleepingLock::new(0);
        thread::scope(|threads| {
            let held = lock.lock();
            threads.spawn(|| *lock.lock() += 1);
            threads.spawn(|| *lock.lock() += 1);
            drop(held);
        });
        assert_eq!(*lock.lock(), 2, "an addition is lost");
    });
    judge.every_order("it is waited for again, in a second round", || {
        let lock = SleepingLock::new(0);
        thread::scope(|threads| {
            let adds = || (0..2).for_each(|_| *lock.lock() += 1);
            threads.spawn(adds);
            threads.spawn(adds);
        });
        let before = system_calls();
        (0..3).for_each(|_| *lock.lock() += 1);
        assert_eq!(*lock.lock(), 7, "an addition is lost");
        assert_eq!(
            system_calls(),
            before,
            "nobody waits any more, and the system is called"
        );
    });
    judge.every_order("after many rounds, a thread that sleeps is woken", || {
        let lock = SleepingLock::new(0);
        let wait_for_it = || {
            thread::scope(|threads| {
                let held = lock.lock();
                threads.spawn(|| *lock.lock() += 1);
                until_all_wait(); // till it sleeps
                drop(held);
            });
        };
        simplest(|| (0..30).for_each(|_| wait_for_it()));
        wait_for_it();
        assert_eq!(*lock.lock(), 31, "an addition is lost");
    });
    judge.every_order("after many rounds, what was written is seen", || {
        let lock = SleepingLock::new(0);
        beforehand(|| *lock.lock() += 1);
        assert_eq!(system_calls(), 0, "nobody waits, and the system is called");
        thread::scope(|threads| {
            threads.spawn(|| *lock.lock() += 1);
            *lock.lock() += 1;
        });
        assert_eq!(*lock.lock(), many() + 2, "an addition is lost");
    });
}
