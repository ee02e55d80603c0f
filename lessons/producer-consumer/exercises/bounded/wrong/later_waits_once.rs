//! A few calls are right. After them, a producer that wakes up for nothing puts its
//! bone.

static CALLS: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
fn later() -> bool {
    CALLS.fetch_add(1, std::sync::atomic::Ordering::SeqCst) > 30
}
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
            capacity,
            filled: Condvar::new(),
            emptied: Condvar::new(),
        }
    }

    /// Puts a bone at the end.
    pub fn put(&self, bone: u32) {
        let mut bones = self.bones.lock().expect("nobody panics");
        let l = later();
        while bones.len() == self.capacity {
            bones = self.emptied.wait(bones).expect("nobody panics");
            if l {
                break;
            }
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
