//! The two steps are made one by another lock.

use std::hint;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::{Acquire, Release};

use parking_lot::Mutex;

/// One thread at a time has it. It protects whatever its users agree on.
pub struct SpinLock {
    locked: AtomicBool,
    guard: Mutex<()>,
}

impl SpinLock {
    /// A lock that nobody has.
    pub fn new() -> Self {
        SpinLock { locked: AtomicBool::new(false), guard: Mutex::new(()) }
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
        let _guard = self.guard.lock();
        let free = !self.locked.load(Acquire);
        if free {
            self.locked.store(true, Release);
        }
        free
    }

    /// Gives the lock back. Only the thread that has it may do this.
    pub fn unlock(&self) {
        self.locked.store(false, Release);
    }
}
