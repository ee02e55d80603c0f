//! The exchange is one step, but whether it did anything is not asked.

use std::hint;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};

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
        while self.locked.load(Acquire) {
            hint::spin_loop();
        }
        let _ = self.locked.compare_exchange(false, true, Acquire, Relaxed);
    }

    /// Takes the lock and returns true if nobody has it. If a thread has it, returns false at
    /// once.
    pub fn try_lock(&self) -> bool {
        !self.locked.swap(true, Acquire)
    }

    /// Gives the lock back. Only the thread that has it may do this.
    pub fn unlock(&self) {
        self.locked.store(false, Release);
    }
}
