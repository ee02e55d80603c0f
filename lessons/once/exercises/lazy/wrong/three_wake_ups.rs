//! A thread may wake up for nothing more often than three times, and then goes on too early.

use parking_lot::{Condvar, Mutex};

/// A place for a value that is made when it is first needed.
pub struct Lazy {
    /// Held by the thread that makes the value. A panic frees it.
    turn: Mutex<()>,
    value: Mutex<Option<u32>>,
    made: Condvar,
}

impl Lazy {
    /// An empty place.
    pub fn new() -> Self {
        Lazy { turn: Mutex::new(()), value: Mutex::new(None), made: Condvar::new() }
    }

    /// The value, if it is there now.
    pub fn get(&self) -> Option<u32> {
        *self.value.lock()
    }

    /// The value. If it isn't there, `make` makes it, unless another thread is at it.
    pub fn get_or_make(&self, make: impl FnOnce() -> u32) -> u32 {
        let _turn = self.turn.lock();
        if let Some(value) = self.get() {
            return value;
        }
        let value = make();
        *self.value.lock() = Some(value);
        self.made.notify_all();
        value
    }

    /// Waits until other threads have made the value.
    pub fn wait(&self) -> u32 {
        let mut value = self.value.lock();
        for _ in 0..3 {
            match *value {
                Some(value) => return value,
                None => self.made.wait(&mut value),
            }
        }
        value.unwrap_or(0)
    }
}
