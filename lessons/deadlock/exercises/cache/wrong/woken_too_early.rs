//! Others wait for the value, and are woken too early: a wake-up for another key is enough.

use std::collections::HashMap;
use std::sync::{Condvar, Mutex};

/// Values that have been computed before.
pub struct Cache {
    known: Mutex<HashMap<u32, Option<u32>>>,
    computed: Condvar,
}

impl Cache {
    /// One that knows nothing yet.
    pub fn new() -> Self {
        Cache { known: Mutex::new(HashMap::new()), computed: Condvar::new() }
    }

    /// The value for this key. Whoever asks first computes it; others wait for that value.
    pub fn get(&self, key: u32, compute: impl FnOnce() -> u32) -> u32 {
        let mut known = self.known.lock().expect("nobody panics");
        match known.get(&key) {
            Some(Some(value)) => *value,
            Some(None) => {
                known = self.computed.wait(known).expect("nobody panics");
                known[&key].expect("it is computed")
            }
            None => {
                known.insert(key, None);
                drop(known);
                let value = compute();
                self.known.lock().expect("nobody panics").insert(key, Some(value));
                self.computed.notify_all();
                value
            }
        }
    }
}
