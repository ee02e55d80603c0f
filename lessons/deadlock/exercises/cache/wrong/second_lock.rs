//! The map is free while it computes, but a second lock for all is not.

use std::collections::HashMap;
use std::sync::Mutex;

/// Values that have been computed before.
pub struct Cache {
    known: Mutex<HashMap<u32, u32>>,
    computing: Mutex<()>,
}

impl Cache {
    /// One that knows nothing yet.
    pub fn new() -> Self {
        Cache { known: Mutex::new(HashMap::new()), computing: Mutex::new(()) }
    }

    /// The value for this key. Whoever asks first computes it; others wait for that value.
    pub fn get(&self, key: u32, compute: impl FnOnce() -> u32) -> u32 {
        let _one_at_a_time = self.computing.lock().expect("nobody panics");
        if let Some(value) = self.known.lock().expect("nobody panics").get(&key) {
            return *value;
        }
        let value = compute();
        self.known.lock().expect("nobody panics").insert(key, value);
        value
    }
}
