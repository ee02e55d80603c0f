//! Wait until something has happened.
//!
//! Any number of threads wait until this event is set. They spin, and each keeps a core busy. Let
//! them sleep, with `wait` and `wake_all` of the crate `atomic_wait`.
//!
//!     cargo exercise check sleeping-lock/event

use std::hint;
use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering::{Acquire, Release};

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
    }

    /// Waits until it is set.
    pub fn wait(&self) {
        while self.set.load(Acquire) == 0 {
            hint::spin_loop();
        }
    }
}
