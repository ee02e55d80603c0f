//! Each value has a lock, but the map stays locked to the end.

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
        let mut slots = self.slots.lock();
        let mut value = slots.entry(key.to_owned()).or_default().lock();
        *value.get_or_insert_with(compute)
    }
}
