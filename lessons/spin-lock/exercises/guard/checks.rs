//! What every answer to `spin-lock/guard` must hold.

use std::cell::Cell;
use std::marker::PhantomData;
use std::rc::Rc;
use std::thread;

use exercise::{Judge, Unseen, beforehand, long_wait, many};

use crate::answer::{Guard, SpinLock};

/// Whether threads can share a `T`, and whether it can move to another one: the method of a type comes before that of a trait.
struct Probe<T>(PhantomData<T>);

trait Otherwise {
    fn is_shared(&self) -> bool {
        false
    }

    fn moves(&self) -> bool {
        false
    }
}

impl<T> Otherwise for Probe<T> {}

impl<T: Sync> Probe<T> {
    fn is_shared(&self) -> bool {
        true
    }
}

impl<T: Send> Probe<T> {
    fn moves(&self) -> bool {
        true
    }
}

/// A value that counts how often it is dropped.
struct Counted<'a>(&'a Unseen<u32>);

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.0.update(|dropped| *dropped += 1);
    }
}

fn add(count: &SpinLock<u32>) {
    let mut count = count.lock();
    let seen = *count;
    *count = seen + 1;
}

pub fn judge(judge: &mut Judge) {
    judge.every_order("one thread alone can have it again and again", || {
        let count = SpinLock::new(0);
        for round in 0..300 {
            assert_eq!(*count.lock(), round, "an addition is lost");
            add(&count);
        }
        let dropped = Unseen::new(0);
        let lock = SpinLock::new(Counted(&dropped));
        drop(lock.lock());
        assert_eq!(dropped.get(), 0, "the value is dropped with the guard");
        drop(lock);
        assert_eq!(dropped.get(), 1, "the value is not dropped once");
    });
    judge.every_order("two locks have nothing to do with each other", || {
        let (one, other) = (SpinLock::new(1), SpinLock::new(2));
        let (one, other) = (one.lock(), other.lock());
        assert_eq!((*one, *other), (1, 2), "a lock has the value of another one");
    });
    judge.every_order("one of two threads at a time has it", || {
        let count = SpinLock::new(0);
        thread::scope(|threads| {
            threads.spawn(|| add(&count));
            threads.spawn(|| add(&count));
        });
        assert_eq!(*count.lock(), 2, "an addition is lost");
    });
    judge.every_order("so it is after many rounds", || {
        let count = SpinLock::new(0);
        beforehand(|| add(&count));
        thread::scope(|threads| {
            threads.spawn(|| add(&count));
            add(&count);
        });
        assert_eq!(*count.lock(), many() as u32 + 2, "an addition is lost");
    });
    judge.every_order("so it is in the second round", || {
        let count = SpinLock::new(0);
        thread::scope(|threads| {
            threads.spawn(|| {
                add(&count);
                add(&count);
            });
            add(&count);
            add(&count);
        });
        assert_eq!(*count.lock(), 4, "an addition is lost");
    });
    judge.every_order("a panic gives it back", || {
        let count = SpinLock::new(0);
        thread::scope(|threads| {
            let panics = threads.spawn(|| {
                let _guard = count.lock();
                panic!("on purpose");
            });
            add(&count);
            assert!(panics.join().is_err());
        });
        add(&count);
        assert_eq!(*count.lock(), 2, "an addition is lost");
    });
    judge.every_order("`lock` waits as long as it takes", || {
        let count = SpinLock::new(0);
        thread::scope(|threads| {
            let mut held = count.lock();
            threads.spawn(|| add(&count));
            for _ in 0..20 {
                long_wait();
            }
            assert_eq!(*held, 0, "two threads have the lock at the same time");
            *held += 1;
        });
        assert_eq!(*count.lock(), 2, "an addition is lost");
    });
    judge.every_order("what can be shared is what may be", || {
        assert!(
            !Probe::<SpinLock<Rc<u32>>>(PhantomData).is_shared(),
            "a lock with an `Rc` in it can be shared: an `Rc` must not move to another thread"
        );
        assert!(
            Probe::<SpinLock<Cell<u32>>>(PhantomData).is_shared(),
            "a lock with a `Cell` in it can't be shared, though one thread at a time uses it"
        );
        assert!(
            !Probe::<Guard<'static, Cell<u32>>>(PhantomData).is_shared(),
            "a guard of a `Cell` can be shared: two threads could change it at once"
        );
        assert!(
            Probe::<Guard<'static, u32>>(PhantomData).is_shared(),
            "a guard of a number can't be shared, though all can only read it"
        );
        assert!(
            !Probe::<SpinLock<Rc<u32>>>(PhantomData).moves(),
            "a lock with an `Rc` in it can move to another thread, and the `Rc` must not"
        );
        assert!(
            !Probe::<Guard<'static, Rc<u32>>>(PhantomData).moves(),
            "a guard of an `Rc` can move to another thread, and the `Rc` must not"
        );
    });
}
