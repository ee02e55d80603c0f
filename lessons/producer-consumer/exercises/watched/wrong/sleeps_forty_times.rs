//! It sleeps forty times. After that it looks again and again.

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
        self.changed.notify_all();
    }

    /// Waits until the value is as wanted.
    pub fn wait_until(&self, is_wanted: impl Fn(&T) -> bool) {
        let mut value = self.value.lock();
        let mut n = 0;
        while !is_wanted(&value) {
            n += 1;
            if n <= 40 {
                self.changed.wait(&mut value);
            } else {
                drop(value);
                std::thread::yield_now();
                value = self.value.lock();
            }
        }
    }
}
