//! Wakes only if exactly one has come to sleep.

use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering::{Acquire, SeqCst};

use atomic_wait::{wait, wake_all};

/// Something that happens once, and that any number of threads wait for.
pub struct Event {
    /// 0 until it is set, and then 1.
    set: AtomicU32,
    /// How many have come to sleep.
    asleep: AtomicU32,
}

impl Event {
    /// It has not happened yet.
    pub fn new() -> Self {
        Event { set: AtomicU32::new(0), asleep: AtomicU32::new(0) }
    }

    /// It has happened: lets everybody through, those who wait and those who come later.
    pub fn set(&self) {
        self.set.store(1, SeqCst);
        if self.asleep.load(SeqCst) == 1 {
            wake_all(&self.set);
        }
    }

    /// Waits until it is set.
    pub fn wait(&self) {
        while self.set.load(Acquire) == 0 {
            self.asleep.fetch_add(1, SeqCst);
            wait(&self.set, 0);
        }
    }
}
