//! A lock and a condition in place of the number.

use std::sync::{Condvar, Mutex};

/// Something that happens once, and that any number of threads wait for.
pub struct Event {
    set: Mutex<bool>,
    changed: Condvar,
}

impl Event {
    /// It has not happened yet.
    pub fn new() -> Self {
        Event { set: Mutex::new(false), changed: Condvar::new() }
    }

    /// It has happened: lets everybody through, those who wait and those who come later.
    pub fn set(&self) {
        *self.set.lock().unwrap() = true;
        self.changed.notify_all();
    }

    /// Waits until it is set.
    pub fn wait(&self) {
        let mut set = self.set.lock().unwrap();
        while !*set {
            set = self.changed.wait(set).unwrap();
        }
    }
}
