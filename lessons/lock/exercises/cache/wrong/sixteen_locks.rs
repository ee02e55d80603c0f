//! There are sixteen locks for all keys. Two keys with the same one wait for each other.

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::Mutex;

/// Values that are slow to compute, kept by their keys.
pub struct Cache {
    stripes: [Mutex<HashMap<String, u32>>; 16],
}

/// `None` until the value is computed. The thread that computes it holds the lock.
type Slot = Arc<Mutex<Option<u32>>>;

impl Cache {
    /// An empty cache.
    pub fn new() -> Self {
        Cache { stripes: Default::default() }
    }

    /// The value of this key. `compute` is called if nobody has called it for this key.
    pub fn get(&self, key: &str, compute: impl FnOnce() -> u32) -> u32 {
        let stripe = key.bytes().map(usize::from).sum::<usize>() % 16;
        let mut map = self.stripes[stripe].lock();
        *map.entry(key.to_owned()).or_insert_with(compute)
    }
}
