//! A cell for each key, but the guard of the map lives to the end of the statement.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock};

/// Values that have been computed before.
pub struct Cache {
    known: Mutex<HashMap<u32, Arc<OnceLock<u32>>>>,
}

impl Cache {
    /// One that knows nothing yet.
    pub fn new() -> Self {
        Cache { known: Mutex::new(HashMap::new()) }
    }

    /// The value for this key. Whoever asks first computes it; others wait for that value.
    pub fn get(&self, key: u32, compute: impl FnOnce() -> u32) -> u32 {
        *self
            .known
            .lock()
            .expect("nobody panics")
            .entry(key)
            .or_default()
            .clone()
            .get_or_init(compute)
    }
}
