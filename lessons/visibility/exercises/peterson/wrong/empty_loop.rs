//! It waits in an empty loop, without `hint::spin_loop()`.

use std::sync::atomic::Ordering::{Release, SeqCst};
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
        let other = 1 - me;
        self.wants[me].store(true, SeqCst);
        self.turn.store(other, SeqCst);
        while self.wants[other].load(SeqCst) && self.turn.load(SeqCst) == other {}
    }

    /// Thread `me` is no longer inside.
    pub fn leave(&self, me: usize) {
        // All that was done inside is there for the thread that reads this.
        self.wants[me].store(false, Release);
    }
}
