//! Forty consumers hear of the end, and more can wait.

use std::collections::VecDeque;

use parking_lot::{Condvar, Mutex};

/// A queue that can be closed.
pub struct Queue {
    inside: Mutex<Inside>,
    changed: Condvar,
}

struct Inside {
    bones: VecDeque<u32>,
    closed: bool,
}

impl Queue {
    /// An empty queue.
    pub fn new() -> Self {
        let inside = Inside { bones: VecDeque::new(), closed: false };
        Queue { inside: Mutex::new(inside), changed: Condvar::new() }
    }

    /// Puts a bone at the end.
    pub fn put(&self, bone: u32) {
        self.inside.lock().bones.push_back(bone);
        self.changed.notify_one();
    }

    /// Says that nothing more will be put.
    pub fn close(&self) {
        self.inside.lock().closed = true;
        for _ in 0..40 {
            self.changed.notify_one();
        }
    }

    /// Takes the first bone. While there is none, it waits. `None` when none can come.
    pub fn take(&self) -> Option<u32> {
        let mut inside = self.inside.lock();
        while inside.bones.is_empty() {
            if inside.closed {
                return None;
            }
            self.changed.wait(&mut inside);
        }
        inside.bones.pop_front()
    }
}
