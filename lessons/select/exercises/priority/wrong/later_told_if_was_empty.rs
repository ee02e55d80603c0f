//! After some jobs, only the first one in an empty queue wakes a thread.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use parking_lot::{Condvar, Mutex};

/// A priority queue between threads, which can be closed.
pub struct Queue {
    inside: Mutex<Inside>,
    changed: Condvar,
}

struct Inside {
    jobs: BinaryHeap<(u32, Reverse<u64>, u32)>,
    put: u64,
    closed: bool,
}

impl Queue {
    /// An empty queue.
    pub fn new() -> Self {
        let inside = Inside { jobs: BinaryHeap::new(), put: 0, closed: false };
        Queue { inside: Mutex::new(inside), changed: Condvar::new() }
    }

    /// Puts a job in. The greater `urgency` is, the sooner it is taken.
    pub fn put(&self, urgency: u32, job: u32) {
        let mut inside = self.inside.lock();
        let number = inside.put;
        inside.put += 1;
        inside.jobs.push((urgency, Reverse(number), job));
        if number < 9 || inside.jobs.len() == 1 {
            self.changed.notify_one();
        }
    }

    /// Says that nothing more will be put.
    pub fn close(&self) {
        self.inside.lock().closed = true;
        self.changed.notify_all();
    }

    /// Takes the most urgent job out; of several, the one that was put first. While
    /// there is none, it waits. `None` when the queue is empty and closed.
    pub fn take(&self) -> Option<u32> {
        let mut inside = self.inside.lock();
        while inside.jobs.is_empty() && !inside.closed {
            self.changed.wait(&mut inside);
        }
        let (_, _, job) = inside.jobs.pop()?;
        Some(job)
    }
}
