//! Wrong: a fence on one side alone.

use std::sync::atomic::Ordering::{Acquire, Release, SeqCst};
use std::sync::atomic::{AtomicBool, fence};

/// A door with a bell. One thread waits behind it, another one brings a letter.
pub struct Door {
    /// Whether the letter is there.
    letter: AtomicBool,
    /// Whether the thread that waits will sleep, and must be woken.
    asleep: AtomicBool,
}

impl Door {
    /// No letter, and nobody sleeps.
    pub fn new() -> Self {
        Door { letter: AtomicBool::new(false), asleep: AtomicBool::new(false) }
    }

    /// Brings the letter, and wakes the thread that waits if it sleeps.
    pub fn bring(&self, wake: impl Fn()) {
        self.letter.store(true, Release);
        fence(SeqCst);
        if self.asleep.load(Acquire) {
            wake();
        }
    }

    /// Waits until the letter is there.
    pub fn wait(&self, sleep: impl Fn()) {
        while !self.letter.load(Acquire) {
            self.asleep.store(true, Release);
            if !self.letter.load(Acquire) {
                sleep();
            }
        }
    }
}
