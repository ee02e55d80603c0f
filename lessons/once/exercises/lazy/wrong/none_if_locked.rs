//! `get` doesn't wait for the lock. It says that nothing is there whenever the lock is taken.

use parking_lot::{Condvar, Mutex};

/// A place for a value that is made when it is first needed.
pub struct Lazy {
    value: Mutex<Option<u32>>,
    made: Condvar,
}

impl Lazy {
    /// An empty place.
    pub fn new() -> Self {
        Lazy { value: Mutex::new(None), made: Condvar::new() }
    }

    /// The value, if it is there now.
    pub fn get(&self) -> Option<u32> {
        self.value.try_lock().and_then(|value| *value)
    }

    /// The value. If it isn't there, `make` makes it, unless another thread is at it.
    pub fn get_or_make(&self, make: impl FnOnce() -> u32) -> u32 {
        let value = *self.value.lock().get_or_insert_with(make);
        self.made.notify_all();
        value
    }

    /// Waits until other threads have made the value.
    pub fn wait(&self) -> u32 {
        let mut value = self.value.lock();
        loop {
            match *value {
                Some(value) => return value,
                None => self.made.wait(&mut value),
            }
        }
    }
}
