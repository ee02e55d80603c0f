//! Forty of those that wait are woken, and more can wait.

use parking_lot::{Condvar, Mutex};

/// A value whose changes threads can wait for.
pub struct Watched<T> {
    value: Mutex<T>,
    changed: Condvar,
}

impl<T> Watched<T> {
    /// One with this value.
    pub fn new(value: T) -> Self {
        Watched { value: Mutex::new(value), changed: Condvar::new() }
    }

    /// Changes the value, and wakes the threads that wait.
    pub fn change(&self, change: impl FnOnce(&mut T)) {
        change(&mut self.value.lock());
        for _ in 0..40 {
            self.changed.notify_one();
        }
    }

    /// Waits until the value is as wanted.
    pub fn wait_until(&self, is_wanted: impl Fn(&T) -> bool) {
        let mut value = self.value.lock();
        while !is_wanted(&value) {
            self.changed.wait(&mut value);
        }
    }
}
