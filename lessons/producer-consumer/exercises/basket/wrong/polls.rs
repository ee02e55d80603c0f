//! The dog gets its bone, but it looks all the time, whether a bone was put or not.

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
        self.bones.lock().expect("nobody panics").extend(bones);
        self.filled.notify_all();
    }

    /// Takes one bone. While there is none, it waits.
    pub fn take(&self) -> u32 {
        loop {
            if let Some(bone) = self.bones.lock().expect("nobody panics").pop() {
                return bone;
            }
            std::thread::sleep(std::time::Duration::from_millis(1));
        }
    }
}
