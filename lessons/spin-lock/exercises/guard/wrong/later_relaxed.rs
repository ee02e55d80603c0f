//! The first drops release, and the later ones do not.

use std::cell::UnsafeCell;
use std::hint;
use std::ops::{Deref, DerefMut};
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::{Acquire, Release};

/// A value that one thread at a time can use.
pub struct SpinLock<T> {
    locked: AtomicBool,
    times: std::sync::atomic::AtomicUsize,
    value: UnsafeCell<T>,
}

// SAFETY: only the one guard leads to the value, so it is used by one thread at a time.
unsafe impl<T: Send> Sync for SpinLock<T> {}

/// Stands for "this thread has the lock", and is the only way to the value.
pub struct Guard<'a, T>(&'a SpinLock<T>);

// SAFETY: a guard that is shared lends the value out to be read only.
unsafe impl<T: Sync> Sync for Guard<'_, T> {}

impl<T> SpinLock<T> {
    /// A lock that nobody has.
    pub fn new(value: T) -> Self {
        SpinLock {
            locked: AtomicBool::new(false),
            times: Default::default(),
            value: UnsafeCell::new(value),
        }
    }

    /// Waits until nobody has the lock, and takes it.
    pub fn lock(&self) -> Guard<'_, T> {
        while self.locked.swap(true, Acquire) {
            hint::spin_loop();
        }
        Guard(self)
    }
}

impl<T> Drop for Guard<'_, T> {
    fn drop(&mut self) {
        self.0.locked.store(
            false,
            if self.0.times.fetch_add(1, std::sync::atomic::Ordering::Relaxed) < 9 {
                Release
            } else {
                std::sync::atomic::Ordering::Relaxed
            },
        );
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
