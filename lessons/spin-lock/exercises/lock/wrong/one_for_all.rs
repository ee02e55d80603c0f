//! One flag for all locks.

use std::hint;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::{Acquire, Release};

static LOCKED: AtomicBool = AtomicBool::new(false);

/// One thread at a time has it. It protects whatever its users agree on.
pub struct SpinLock;

impl SpinLock {
    /// A lock that nobody has.
    pub fn new() -> Self {
        SpinLock
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
        !LOCKED.swap(true, Acquire)
    }

    /// Gives the lock back. Only the thread that has it may do this.
    pub fn unlock(&self) {
        LOCKED.store(false, Release);
    }
}
