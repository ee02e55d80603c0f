//! Hand over a text by a flag.
//!
//! One thread writes the text, others look whether it is there. Nobody may read it while it
//! is written.
//!
//!     cargo exercise check publish/letter

use std::cell::UnsafeCell;
use std::sync::atomic::AtomicBool;

/// A letter with a text, as soon as it is written.
pub struct Letter {
    text: UnsafeCell<String>,
    /// Whether the text is there.
    ready: AtomicBool,
}

// SAFETY: say here why no thread reads the text while another one writes it.
unsafe impl Sync for Letter {}

impl Letter {
    /// No text yet.
    pub fn new() -> Self {
        Letter { text: UnsafeCell::new(String::new()), ready: AtomicBool::new(false) }
    }

    /// Writes the text.
    ///
    /// # Safety
    ///
    /// It is called once.
    pub unsafe fn write(&self, text: &str) {
        // SAFETY: and here.
        unsafe { *self.text.get() = text.to_owned() };
        let _ = &self.ready;
    }

    /// The text, if it is there.
    pub fn read(&self) -> Option<String> {
        // SAFETY: and here.
        let text = unsafe { (*self.text.get()).clone() };
        (!text.is_empty()).then_some(text)
    }
}
