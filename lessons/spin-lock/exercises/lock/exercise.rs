//! A lock that two threads can have at the same time.
//!
//! Each function looks at the flag in one step and changes it in another one. Make it a
//! lock: one thread at a time has it, and sees what the previous one has written.
//!
//!     cargo exercise check spin-lock/lock

use std::hint;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::Relaxed;

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
        while self.locked.load(Relaxed) {
            hint::spin_loop();
        }
        self.locked.store(true, Relaxed);
    }

    /// Takes the lock and returns true if nobody has it. If a thread has it, returns false at
    /// once.
    pub fn try_lock(&self) -> bool {
        if self.locked.load(Relaxed) {
            return false;
        }
        self.locked.store(true, Relaxed);
        true
    }

    /// Gives the lock back. Only the thread that has it may do this.
    pub fn unlock(&self) {
        self.locked.store(false, Relaxed);
    }
}
