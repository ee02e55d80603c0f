//! Wrong: says only before its first sleep that it will sleep, and the bell takes that back.

use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::SeqCst;

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
        if self.asleep.swap(false, SeqCst) {
            wake();
        }
    }

    /// Waits until the letter is there.
    pub fn wait(&self, sleep: impl Fn()) {
        self.asleep.store(true, SeqCst);
        while !self.letter.load(SeqCst) {
            sleep();
            self.asleep.store(false, SeqCst);
        }
    }
}
