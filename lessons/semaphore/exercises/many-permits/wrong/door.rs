//! A waiting thread holds a second lock, and all others wait for that lock. But a lock isn't fair.

use std::sync::{Condvar, Mutex};

/// A number of permits, of which a thread can take several at once.
pub struct Semaphore {
    door: Mutex<()>,
    permits: Mutex<usize>,
    changed: Condvar,
}

impl Semaphore {
    /// One with this many permits.
    pub fn new(permits: usize) -> Self {
        Semaphore {
            door: Mutex::new(()),
            permits: Mutex::new(permits),
            changed: Condvar::new(),
        }
    }

    /// Takes this many permits at once, one or more. While there aren't enough, or threads
    /// that came first still wait, it waits.
    pub fn acquire(&self, wanted: usize) {
        let _door = self.door.lock().expect("nobody panics");
        let mut permits = self.permits.lock().expect("nobody panics");
        while *permits < wanted {
            permits = self.changed.wait(permits).expect("nobody panics");
        }
        *permits -= wanted;
    }

    /// Adds this many permits.
    pub fn release(&self, more: usize) {
        *self.permits.lock().expect("nobody panics") += more;
        self.changed.notify_all();
    }
}
