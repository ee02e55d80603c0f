//! One number for all events.

use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering::{Acquire, Release};

use atomic_wait::{wait, wake_all};

/// 0 until it is set, and then 1.
static SET: AtomicU32 = AtomicU32::new(0);

/// Something that happens once, and that any number of threads wait for.
pub struct Event {
    set: (),
}

impl Event {
    /// It has not happened yet.
    pub fn new() -> Self {
        Event { set: () }
    }

    /// It has happened: lets everybody through, those who wait and those who come later.
    pub fn set(&self) {
        SET.store(1, Release);
        wake_all(&SET);
    }

    /// Waits until it is set.
    pub fn wait(&self) {
        while SET.load(Acquire) == 0 {
            wait(&SET, 0);
        }
    }
}
