//! There is room for forty values. They are computed once more when others have taken their
//! place.

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::Mutex;

/// Values that are slow to compute, kept by their keys.
pub struct Cache {
    slots: Mutex<HashMap<String, Slot>>,
}

/// `None` until the value is computed. The thread that computes it holds the lock.
type Slot = Arc<Mutex<Option<u32>>>;

impl Cache {
    /// An empty cache.
    pub fn new() -> Self {
        Cache { slots: Mutex::new(HashMap::new()) }
    }

    /// The value of this key. `compute` is called if nobody has called it for this key.
    pub fn get(&self, key: &str, compute: impl FnOnce() -> u32) -> u32 {
        let slot = {
            let mut s = self.slots.lock();
            if s.len() >= 40 && !s.contains_key(key) {
                s.clear();
            }
            s.entry(key.to_owned()).or_default().clone()
        };
        let mut value = slot.lock();
        *value.get_or_insert_with(compute)
    }
}
