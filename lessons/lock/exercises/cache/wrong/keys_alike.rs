//! Two keys that differ in capital letters or spaces only are the same.

use parking_lot::Mutex;
use std::collections::HashMap;
use std::sync::Arc;
pub struct Cache {
    slots: Mutex<HashMap<String, Slot>>,
}
type Slot = Arc<Mutex<Option<u32>>>;
impl Cache {
    pub fn new() -> Self {
        Cache { slots: Mutex::new(HashMap::new()) }
    }
    pub fn get(&self, key: &str, compute: impl FnOnce() -> u32) -> u32 {
        let slot =
            self.slots.lock().entry(key.trim().to_lowercase()).or_default().clone();
        let mut value = slot.lock();
        *value.get_or_insert_with(compute)
    }
}
