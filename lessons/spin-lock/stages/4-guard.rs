//! Stage 4: a guard unlocks when it is dropped, and is the only way to the value.

use std::cell::UnsafeCell;
use std::hint;
use std::ops::{Deref, DerefMut};
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::{Acquire, Release};
use std::thread;

// ANCHOR: lock
struct SpinLock<T> {
    locked: AtomicBool,
    value: UnsafeCell<T>,
}

// SAFETY: only the one guard leads to the value, so it is used by one thread at a time.
unsafe impl<T: Send> Sync for SpinLock<T> {}

struct Guard<'a, T>(&'a SpinLock<T>);

// SAFETY: a guard that is shared lends the value out to be read only.
unsafe impl<T: Sync> Sync for Guard<'_, T> {}

impl<T> SpinLock<T> {
    fn new(value: T) -> Self {
        SpinLock { locked: AtomicBool::new(false), value: UnsafeCell::new(value) }
    }

    fn lock(&self) -> Guard<'_, T> {
        while self.locked.swap(true, Acquire) {
            hint::spin_loop();
        }
        Guard(self)
    }
}

impl<T> Drop for Guard<'_, T> {
    fn drop(&mut self) {
        self.0.locked.store(false, Release);
    }
}
// ANCHOR_END: lock

// ANCHOR: deref
impl<T> Deref for Guard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY: while this guard lives, no other thread has one.
        unsafe { &*self.0.value.get() }
    }
}

impl<T> DerefMut for Guard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: while this guard lives, no other thread has one, and this borrow is exclusive.
        unsafe { &mut *self.0.value.get() }
    }
}
// ANCHOR_END: deref

// ANCHOR: change
fn change(account: &SpinLock<i64>, amount: i64) {
    let mut balance = account.lock();
    if *balance + amount < 0 {
        return; // there is not so much
    }
    *balance += amount;
}
// ANCHOR_END: change

fn main() {
    let account = SpinLock::new(0);
    thread::scope(|threads| {
        threads.spawn(|| change(&account, 1));
        threads.spawn(|| change(&account, -1));
    });
    println!("the balance is {}", *account.lock());
}
