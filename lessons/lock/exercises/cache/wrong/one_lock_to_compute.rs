//! A second lock keeps threads from computing the same value, and any other one too.

use std::collections::HashMap;

use parking_lot::Mutex;

/// Values that are slow to compute, kept by their keys.
pub struct Cache {
    values: Mutex<HashMap<String, u32>>,
    computes: Mutex<()>,
}

impl Cache {
    /// An empty cache.
    pub fn new() -> Self {
        Cache { values: Mutex::new(HashMap::new()), computes: Mutex::new(()) }
    }

    /// The value of this key. `compute` is called if nobody has called it for this key.
    pub fn get(&self, key: &str, compute: impl FnOnce() -> u32) -> u32 {
        let _computes = self.computes.lock();
        let known = self.values.lock().get(key).copied();
        known.unwrap_or_else(|| {
            let value = compute();
            self.values.lock().insert(key.to_owned(), value);
            value
        })
    }
}
