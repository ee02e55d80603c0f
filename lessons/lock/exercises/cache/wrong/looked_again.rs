//! It looks again before it keeps the value. But then it has been computed.

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
        if let Some(known) = self.values.lock().get(key) {
            return *known;
        }
        let value = compute();
        *self.values.lock().entry(key.to_owned()).or_insert(value)
    }
}
