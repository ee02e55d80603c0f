//! A consumer is woken only while there are at most two bones: of three that wait, the third is not.

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
        let mut inside = self.inside.lock();
        inside.bones.push_back(bone);
        if inside.bones.len() <= 2 {
            self.changed.notify_one();
        }
    }

    /// Says that nothing more will be put.
    pub fn close(&self) {
        self.inside.lock().closed = true;
        self.changed.notify_all();
    }

    /// Takes the first bone. While there is none, it waits. `None` when none can come.
    pub fn take(&self) -> Option<u32> {
        let mut inside = self.inside.lock();
        while inside.bones.is_empty() && !inside.closed {
            self.changed.wait(&mut inside);
        }
        inside.bones.pop_front()
    }
}
