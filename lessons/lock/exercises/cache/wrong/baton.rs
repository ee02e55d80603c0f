//! One thread is woken for each value: it can be one that waits for another value.

use std::collections::HashMap;

use parking_lot::{Condvar, Mutex};

/// Values that are slow to compute, kept by their keys.
pub struct Cache {
    /// `None` while the value is computed.
    values: Mutex<HashMap<String, Option<u32>>>,
    done: Condvar,
}

impl Cache {
    /// An empty cache.
    pub fn new() -> Self {
        Cache { values: Mutex::new(HashMap::new()), done: Condvar::new() }
    }

    /// The value of this key. `compute` is called if nobody has called it for this key.
    pub fn get(&self, key: &str, compute: impl FnOnce() -> u32) -> u32 {
        let mut values = self.values.lock();
        while let Some(value) = values.get(key).copied() {
            if let Some(value) = value {
                self.done.notify_one(); // the next one that waits
                return value;
            }
            self.done.wait(&mut values);
        }
        values.insert(key.to_owned(), None);
        drop(values);
        let value = compute();
        self.values.lock().insert(key.to_owned(), Some(value));
        self.done.notify_one();
        value
    }
}
