//! It wakes up for each other value too, and after forty times it computes its own.

use std::collections::HashMap;

use parking_lot::{Condvar, Mutex};

pub struct Cache {
    values: Mutex<HashMap<String, Option<u32>>>,
    done: Condvar,
}

impl Cache {
    pub fn new() -> Self {
        Cache { values: Mutex::new(HashMap::new()), done: Condvar::new() }
    }

    pub fn get(&self, key: &str, compute: impl FnOnce() -> u32) -> u32 {
        let mut values = self.values.lock();
        let mut waits = 0;
        loop {
            match values.get(key) {
                Some(Some(value)) => return *value,
                Some(None) => {
                    waits += 1;
                    if waits > 40 {
                        break;
                    }
                    self.done.wait(&mut values)
                }
                None => break,
            }
        }
        values.insert(key.to_owned(), None);
        drop(values);
        let value = compute();
        self.values.lock().insert(key.to_owned(), Some(value));
        self.done.notify_all();
        value
    }
}
