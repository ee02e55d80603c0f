//! A bounded queue of your own.
//!
//! When this queue is full, bones are lost. Make the producer wait until there is room.
//!
//!     cargo exercise check producer-consumer/bounded

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex};

/// A queue with room for this many bones.
pub struct Queue {
    bones: Mutex<VecDeque<u32>>,
    capacity: usize,
    filled: Condvar,
}

impl Queue {
    /// An empty queue.
    pub fn new(capacity: usize) -> Self {
        Queue { bones: Mutex::new(VecDeque::new()), capacity, filled: Condvar::new() }
    }

    /// Puts a bone at the end.
    pub fn put(&self, bone: u32) {
        let mut bones = self.bones.lock().expect("nobody panics");
        if bones.len() == self.capacity {
            return; // no room for it
        }
        bones.push_back(bone);
        self.filled.notify_one();
    }

    /// Takes the first bone. While there is none, it waits.
    pub fn take(&self) -> u32 {
        let mut bones = self.bones.lock().expect("nobody panics");
        loop {
            if let Some(bone) = bones.pop_front() {
                return bone;
            }
            bones = self.filled.wait(bones).expect("nobody panics");
        }
    }
}
