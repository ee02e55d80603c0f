//! First come, first served.
//!
//! A bus needs several places at once. While it waits until enough are free, cars that need
//! only one drive past it, again and again. Let nobody in before those who came first.
//!
//!     cargo exercise check semaphore/many-permits

use std::sync::{Condvar, Mutex};

/// A number of permits, of which a thread can take several at once.
pub struct Semaphore {
    permits: Mutex<usize>,
    changed: Condvar,
}

impl Semaphore {
    /// One with this many permits.
    pub fn new(permits: usize) -> Self {
        Semaphore { permits: Mutex::new(permits), changed: Condvar::new() }
    }

    /// Takes this many permits at once, one or more. While there aren't enough, it waits.
    pub fn acquire(&self, wanted: usize) {
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
