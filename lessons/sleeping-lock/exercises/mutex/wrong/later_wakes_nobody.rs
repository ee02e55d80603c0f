//! Eight times, a thread that may sleep is woken. From the ninth on, none is.

static CALLS: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
fn later() -> bool {
    CALLS.fetch_add(1, std::sync::atomic::Ordering::Relaxed) > 8
}
use std::cell::UnsafeCell;
use std::ops::{Deref, DerefMut};
use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};

use atomic_wait::{wait, wake_one};

/// A value that one thread at a time can use.
pub struct SleepingLock<T> {
    state: AtomicU32,
    value: UnsafeCell<T>,
}

// SAFETY: only the one guard leads to the value, so it is used by one thread at a time.
unsafe impl<T: Send> Sync for SleepingLock<T> {}

/// Holds the lock until it is dropped.
pub struct Guard<'a, T>(&'a SleepingLock<T>);

// SAFETY: a guard that is shared lends the value out to be read only.
unsafe impl<T: Sync> Sync for Guard<'_, T> {}

impl<T> SleepingLock<T> {
    /// A free lock around this value.
    pub fn new(value: T) -> Self {
        SleepingLock { state: AtomicU32::new(0), value: UnsafeCell::new(value) }
    }

    /// Waits until the lock is free, and takes it.
    pub fn lock(&self) -> Guard<'_, T> {
        if self.state.compare_exchange(0, 1, Acquire, Relaxed).is_err() {
            while self.state.swap(2, Acquire) != 0 {
                wait(&self.state, 2);
            }
        }
        Guard(self)
    }
}

impl<T> Drop for Guard<'_, T> {
    fn drop(&mut self) {
        if self.0.state.swap(0, Release) == 2 && !later() {
            wake_one(&self.0.state);
        }
    }
}

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
