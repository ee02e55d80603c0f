//! All doors have the same letter.

use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::{Acquire, SeqCst};

/// Whether the letter is there.
static LETTER: AtomicBool = AtomicBool::new(false);

/// A door with a bell. One thread waits behind it, another one brings a letter.
pub struct Door {
    /// Whether the thread that waits will sleep, and must be woken.
    asleep: AtomicBool,
}

impl Door {
    /// No letter, and nobody sleeps.
    pub fn new() -> Self {
        Door { asleep: AtomicBool::new(false) }
    }

    /// Brings the letter, and wakes the thread that waits if it sleeps.
    pub fn bring(&self, wake: impl Fn()) {
        LETTER.store(true, SeqCst);
        if self.asleep.load(SeqCst) {
            wake();
        }
    }

    /// Waits until the letter is there.
    pub fn wait(&self, sleep: impl Fn()) {
        while !LETTER.load(Acquire) {
            self.asleep.store(true, SeqCst);
            if !LETTER.load(SeqCst) {
                sleep();
            }
        }
    }
}
