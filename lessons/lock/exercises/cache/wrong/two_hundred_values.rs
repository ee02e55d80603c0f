//! With two hundred values, the map is locked while one is computed.

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
        let mut slots = self.slots.lock();
        let slot = slots.entry(key.to_owned()).or_default().clone();
        let held = if slots.len() < 200 {
            drop(slots);
            None
        } else {
            Some(slots)
        };
        let mut value = slot.lock();
        let v = *value.get_or_insert_with(compute);
        drop(held);
        v
    }
}
