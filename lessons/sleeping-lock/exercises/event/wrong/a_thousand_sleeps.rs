//! It gives up after a thousand sleeps.

use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering::{Acquire, Release};

use atomic_wait::{wait, wake_all};

/// Something that happens once, and that any number of threads wait for.
pub struct Event {
    /// 0 until it is set, and then 1.
    set: AtomicU32,
}

impl Event {
    /// It has not happened yet.
    pub fn new() -> Self {
        Event { set: AtomicU32::new(0) }
    }

    /// It has happened: lets everybody through, those who wait and those who come later.
    pub fn set(&self) {
        self.set.store(1, Release);
        wake_all(&self.set);
    }

    /// Waits until it is set.
    pub fn wait(&self) {
        for _ in 0..1000 {
            if self.set.load(Acquire) != 0 {
                break;
            }
            wait(&self.set, 0);
        }
    }
}
