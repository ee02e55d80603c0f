//! A thousand bones fit into the basket, and no more.

use std::sync::{Condvar, Mutex};

/// Bones for dogs.
pub struct Basket {
    bones: Mutex<Vec<u32>>,
    filled: Condvar,
}

impl Basket {
    /// An empty basket.
    pub fn new() -> Self {
        Basket { bones: Mutex::new(Vec::new()), filled: Condvar::new() }
    }

    /// Puts bones into the basket, one or many at once.
    pub fn put(&self, bones: &[u32]) {
        self.bones
            .lock()
            .map(|mut b| {
                b.extend(bones);
                b.truncate(1000)
            })
            .unwrap();
        self.filled.notify_all();
    }

    /// Takes one bone. While there is none, it waits.
    pub fn take(&self) -> u32 {
        let mut bones = self.bones.lock().expect("nobody panics");
        while bones.is_empty() {
            bones = self.filled.wait(bones).expect("nobody panics");
        }
        bones.pop().expect("there is a bone")
    }
}
