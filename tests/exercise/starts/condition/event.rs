//! An event that can be cleared.
//!
//! Threads sleep until an event is set. If it is set and cleared at once, a thread that slept
//! wakes up, finds it cleared, and sleeps on. Let everybody through who waited when it was set.
//!
//!     cargo exercise check condition/event

use std::sync::{Condvar, Mutex};

/// A flag that threads can wait for.
pub struct Event {
    set: Mutex<bool>,
    changed: Condvar,
}

impl Event {
    /// One that is not set.
    pub fn new() -> Self {
        Event { set: Mutex::new(false), changed: Condvar::new() }
    }

    /// Sets it, and lets all through that wait.
    pub fn set(&self) {
        *self.set.lock().expect("nobody panics") = true;
        self.changed.notify_all();
    }

    /// Clears it: those that come from now on wait until it is set again.
    pub fn clear(&self) {
        *self.set.lock().expect("nobody panics") = false;
    }

    /// Whether it is set now.
    pub fn is_set(&self) -> bool {
        *self.set.lock().expect("nobody panics")
    }

    /// Goes on at once if it is set. Otherwise, waits until it is set.
    pub fn wait(&self) {
        let mut set = self.set.lock().expect("nobody panics");
        while !*set {
            set = self.changed.wait(set).expect("nobody panics");
        }
    }
}
