//! Call nobody with a lock in hand.
//!
//! A cache computes a value when it is asked for the first time. When the computation asks
//! the cache for another value, it gets stuck. Free the lock before, and still compute
//! each value only once.
//!
//!     cargo exercise check deadlock/cache

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
        *known.entry(key).or_insert_with(compute)
    }
}
