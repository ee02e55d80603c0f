//! A second flag keeps out a reader while another one reads.

use std::cell::UnsafeCell;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::{Acquire, Release};

/// A letter with a text, as soon as it is written.
pub struct Letter {
    text: UnsafeCell<String>,
    /// Whether the text is there.
    ready: AtomicBool,
    reads: AtomicBool,
}

// SAFETY: the text is written once, before `ready` is true. It is read only after `ready` was seen to be true, and nobody
// writes it then.
unsafe impl Sync for Letter {}

impl Letter {
    /// No text yet.
    pub fn new() -> Self {
        Letter {
            text: UnsafeCell::new(String::new()),
            ready: AtomicBool::new(false),
            reads: AtomicBool::new(false),
        }
    }

    /// Writes the text.
    ///
    /// # Safety
    ///
    /// It is called once.
    pub unsafe fn write(&self, text: &str) {
        // SAFETY: nobody else writes, and nobody reads before `ready` is true.
        unsafe { *self.text.get() = text.to_owned() };
        self.ready.store(true, Release);
    }

    /// The text, if it is there.
    pub fn read(&self) -> Option<String> {
        if self.reads.swap(true, Acquire) {
            return None;
        }
        if !self.ready.load(Acquire) {
            self.reads.store(false, Release);
            return None;
        }
        // SAFETY: the text is written, and the load acquires what the store has released. Nobody writes it again.
        let text = unsafe { (*self.text.get()).clone() };
        self.reads.store(false, Release);
        Some(text)
    }
}
