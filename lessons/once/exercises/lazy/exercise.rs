//! Make a value once, and don't hold the lock meanwhile.
//!
//! This place holds its lock while a value is made. So a thread that only asks whether
//! the value is there has to wait. And a thread that waits for the value looks again and
//! again. Let `get` never wait for the making of a value, and let `wait` sleep. If `make`
//! panics, the next thread tries.
//!
//!     cargo exercise check once/lazy

use std::thread;

use parking_lot::Mutex;

/// A place for a value that is made when it is first needed.
pub struct Lazy {
    value: Mutex<Option<u32>>,
}

impl Lazy {
    /// An empty place.
    pub fn new() -> Self {
        Lazy { value: Mutex::new(None) }
    }

    /// The value, if it is there now.
    pub fn get(&self) -> Option<u32> {
        *self.value.lock()
    }

    /// The value. If it isn't there, `make` makes it, unless another thread is at it.
    pub fn get_or_make(&self, make: impl FnOnce() -> u32) -> u32 {
        *self.value.lock().get_or_insert_with(make)
    }

    /// Waits until other threads have made the value.
    pub fn wait(&self) -> u32 {
        loop {
            match self.get() {
                Some(value) => return value,
                None => thread::yield_now(),
            }
        }
    }
}
