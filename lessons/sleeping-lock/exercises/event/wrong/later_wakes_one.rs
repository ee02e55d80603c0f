//! All events together count how often they were set, and later ones wake only one.

use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering::{Acquire, Release};

use atomic_wait::{wait, wake_all};

static SETS: AtomicU32 = AtomicU32::new(0);

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
        if SETS.fetch_add(1, std::sync::atomic::Ordering::Relaxed) < 9 {
            wake_all(&self.set)
        } else {
            atomic_wait::wake_one(&self.set)
        }
    }

    /// Waits until it is set.
    pub fn wait(&self) {
        while self.set.load(Acquire) == 0 {
            wait(&self.set, 0);
        }
    }
}
