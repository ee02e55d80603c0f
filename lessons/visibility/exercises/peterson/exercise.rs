//! Keep the second one out with loads and stores.
//!
//! Two threads share a door, and only one of them may be inside. Write `enter` and `leave`,
//! with loads and stores of these three atomics and nothing else.
//!
//!     cargo exercise check visibility/peterson

use std::sync::atomic::{AtomicBool, AtomicUsize};

/// A door for two threads, which are called 0 and 1.
pub struct Door {
    /// Whether thread 0 and thread 1 want to come in, or are inside.
    wants: [AtomicBool; 2],
    /// Which thread goes first if both want to.
    turn: AtomicUsize,
}

impl Door {
    /// Nobody is inside.
    pub fn new() -> Self {
        Door {
            wants: [AtomicBool::new(false), AtomicBool::new(false)],
            turn: AtomicUsize::new(0),
        }
    }

    /// Waits until thread `me` may come in.
    pub fn enter(&self, me: usize) {
        let _ = (&self.wants[me], &self.turn);
    }

    /// Thread `me` is no longer inside.
    pub fn leave(&self, me: usize) {
        let _ = &self.wants[me];
    }
}
