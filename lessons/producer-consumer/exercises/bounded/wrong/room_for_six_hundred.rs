//! Room for six hundred bones at most, whatever was asked for.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex};

/// A queue with room for this many bones.
pub struct Queue {
    bones: Mutex<VecDeque<u32>>,
    capacity: usize,
    filled: Condvar,
    emptied: Condvar,
}

impl Queue {
    /// An empty queue.
    pub fn new(capacity: usize) -> Self {
        Queue {
            bones: Mutex::new(VecDeque::new()),
            capacity: capacity.min(600),
            filled: Condvar::new(),
            emptied: Condvar::new(),
        }
    }

    /// Puts a bone at the end.
    pub fn put(&self, bone: u32) {
        let mut bones = self.bones.lock().expect("nobody panics");
        while bones.len() == self.capacity {
            bones = self.emptied.wait(bones).expect("nobody panics");
        }
        bones.push_back(bone);
        self.filled.notify_one();
    }

    /// Takes the first bone. While there is none, it waits.
    pub fn take(&self) -> u32 {
        let mut bones = self.bones.lock().expect("nobody panics");
        loop {
            if let Some(bone) = bones.pop_front() {
                self.emptied.notify_one();
                return bone;
            }
            bones = self.filled.wait(bones).expect("nobody panics");
        }
    }
}
