//! The first forty changes wake those that wait, and no other one does.

use parking_lot::{Condvar, Mutex};

/// A value whose changes threads can wait for.
pub struct Watched<T> {
    value: Mutex<T>,
    changed: Condvar,
    told: Mutex<u32>,
}

impl<T> Watched<T> {
    /// One with this value.
    pub fn new(value: T) -> Self {
        Watched {
            value: Mutex::new(value),
            changed: Condvar::new(),
            told: Mutex::new(0),
        }
    }

    /// Changes the value, and wakes the threads that wait.
    pub fn change(&self, change: impl FnOnce(&mut T)) {
        change(&mut self.value.lock());
        let mut t = self.told.lock();
        *t += 1;
        if *t <= 40 {
            self.changed.notify_all();
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
