//! It gives up after a thousand sleeps.

use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::{Acquire, SeqCst};

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
        self.letter.store(true, SeqCst);
        if self.asleep.load(SeqCst) {
            wake();
        }
    }

    /// Waits until the letter is there.
    pub fn wait(&self, sleep: impl Fn()) {
        for _ in 0..1000 {
            if self.letter.load(Acquire) {
                break;
            }
            self.asleep.store(true, SeqCst);
            if !self.letter.load(SeqCst) {
                sleep();
            }
        }
    }
}
