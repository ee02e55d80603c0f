//! One thread at a time is inside, but by an exchange.

use std::hint;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};
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
        // 0: nobody is inside; otherwise, the thread that is, counted from 1.
        while self.turn.compare_exchange(0, me + 1, Acquire, Relaxed).is_err() {
            hint::spin_loop();
        }
    }

    /// Thread `me` is no longer inside.
    pub fn leave(&self, me: usize) {
        assert_eq!(self.turn.load(Relaxed), me + 1, "another thread is inside");
        self.turn.store(0, Release);
    }
}
