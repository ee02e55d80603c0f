//! Compute each value once, and different ones at the same time.
//!
//! Two threads that want the same value at the same time both compute it. Let the second
//! one wait for the first. A thread that wants another value must not wait.
//!
//!     cargo exercise check lock/cache

use std::collections::HashMap;

use parking_lot::Mutex;

/// Values that are slow to compute, kept by their keys.
pub struct Cache {
    values: Mutex<HashMap<String, u32>>,
}

impl Cache {
    /// An empty cache.
    pub fn new() -> Self {
        Cache { values: Mutex::new(HashMap::new()) }
    }

    /// The value of this key. `compute` is called if nobody has called it for this key.
    pub fn get(&self, key: &str, compute: impl FnOnce() -> u32) -> u32 {
        let known = self.values.lock().get(key).copied();
        known.unwrap_or_else(|| {
            let value = compute();
            self.values.lock().insert(key.to_owned(), value);
            value
        })
    }
}
