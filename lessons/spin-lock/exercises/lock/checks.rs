//! What every answer to `spin-lock/lock` must hold.

use std::cell::UnsafeCell;
use std::thread;

use exercise::{Judge, Unseen, at_once, beforehand, long_wait};

use crate::answer::SpinLock;

/// A number that a lock protects, and how many threads are at it.
struct Account {
    lock: SpinLock,
    balance: UnsafeCell<i64>,
    inside: Unseen<u32>,
}

// SAFETY: each access is made by a thread that has the lock. Whether that is enough is what
// the checks ask.
unsafe impl Sync for Account {}

impl Account {
    fn new() -> Self {
        Account {
            lock: SpinLock::new(),
            balance: UnsafeCell::new(0),
            inside: Unseen::new(0),
        }
    }

    /// Adds 1, by a thread that has just taken the lock, and gives it back.
    fn add_and_unlock(&self) {
        self.inside.update(|inside| *inside += 1);
        assert_eq!(self.inside.get(), 1, "two threads have the lock at the same time");
        // SAFETY: as for `Sync`.
        unsafe { *self.balance.get() += 1 };
        self.inside.update(|inside| *inside -= 1);
        self.lock.unlock();
    }

    fn add(&self) {
        self.lock.lock();
        self.add_and_unlock();
    }

    /// Adds 1 if nobody has the lock.
    fn try_add(&self) -> bool {
        let has = self.lock.try_lock();
        if has {
            self.add_and_unlock();
        }
        has
    }
}

pub fn judge(judge: &mut Judge) {
    judge.every_order("one thread alone can have it again and again", || {
        let lock = SpinLock::new();
        for _ in 0..300 {
            assert!(lock.try_lock(), "`try_lock` doesn't get a free lock");
            assert!(!lock.try_lock(), "a lock that is taken is taken again");
            lock.unlock();
            lock.lock();
            assert!(!lock.try_lock(), "a lock that is taken is taken again");
            assert!(!lock.try_lock(), "a lock that is taken is taken again");
            lock.unlock();
        }
    });
    judge.every_order("two locks have nothing to do with each other", || {
        let (one, other) = (SpinLock::new(), SpinLock::new());
        one.lock();
        assert!(other.try_lock(), "to take one lock takes another one as well");
        one.unlock();
        assert!(!other.try_lock(), "to give one lock back frees another one as well");
    });
    judge.every_order("one of two threads at a time has it", || {
        let account = Account::new();
        thread::scope(|threads| {
            threads.spawn(|| account.add());
            threads.spawn(|| account.add());
        });
        assert_eq!(interleave::locks_taken(), 0, "it takes another lock");
        assert_eq!(account.balance.into_inner(), 2, "an addition is lost");
    });
    judge.every_order("so it is in the second round", || {
        let account = Account::new();
        thread::scope(|threads| {
            threads.spawn(|| {
                account.add();
                account.add();
            });
            account.add();
            account.add();
        });
        assert_eq!(account.balance.into_inner(), 4, "an addition is lost");
    });
    judge.every_order("so it is with `try_lock`", || {
        let account = Account::new();
        let added = thread::scope(|threads| {
            let tries = threads.spawn(|| account.try_add());
            account.add();
            account.try_add();
            tries.join().expect("it does not panic")
        });
        let all = if added { 3 } else { 2 };
        let balance = account.balance.into_inner();
        assert!(balance == all || balance == all - 1, "an addition is lost");
    });
    judge.every_order("one of three threads at a time has it", || {
        let account = Account::new();
        thread::scope(|threads| {
            threads.spawn(|| account.add());
            threads.spawn(|| account.try_add());
            account.add();
        });
        assert!(account.balance.into_inner() >= 2, "an addition is lost");
    });
    judge.every_order("`try_lock` doesn't wait for the thread that has it", || {
        let account = Account::new();
        account.lock.lock();
        let got = at_once("`try_lock`", 3, || account.lock.try_lock());
        assert!(!got, "a lock that is taken is taken again");
        let got = thread::scope(|threads| {
            let tries = threads.spawn(|| account.try_add());
            tries.join().expect("it does not panic")
        });
        assert!(!got, "a lock that is taken is taken again");
        account.add_and_unlock();
    });
    judge.every_order("`lock` waits as long as it takes", || {
        let account = Account::new();
        thread::scope(|threads| {
            account.lock.lock();
            threads.spawn(|| account.add());
            for _ in 0..30 {
                long_wait();
            }
            account.add_and_unlock();
        });
        assert_eq!(account.balance.into_inner(), 2, "an addition is lost");
    });
    judge.every_order("after many rounds, one thread at a time has it", || {
        let account = Account::new();
        beforehand(|| account.add());
        thread::scope(|threads| {
            threads.spawn(|| account.add());
            account.add();
        });
    });
}
