//! `try_lock` waits a little.

use std::hint;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::{Acquire, Release};

/// One thread at a time has it. It protects whatever its users agree on.
pub struct SpinLock {
    locked: AtomicBool,
}

impl SpinLock {
    /// A lock that nobody has.
    pub fn new() -> Self {
        SpinLock { locked: AtomicBool::new(false) }
    }

    /// Takes the lock. Loops as long as another thread has it.
    pub fn lock(&self) {
        while !self.try_lock() {
            hint::spin_loop();
        }
    }

    /// Takes the lock and returns true if nobody has it. If a thread has it, returns false at
    /// once.
    pub fn try_lock(&self) -> bool {
        for _ in 0..5 {
            if !self.locked.swap(true, Acquire) {
                return true;
            }
            hint::spin_loop();
        }
        false
    }

    /// Gives the lock back. Only the thread that has it may do this.
    pub fn unlock(&self) {
        self.locked.store(false, Release);
    }
}
