//! A writer that has come in still counts as waiting, for ever.

use parking_lot::{Condvar, Mutex};

/// A read-write lock that holds no value.
pub struct ReadWrite {
    inside: Mutex<Inside>,
    changed: Condvar,
}

struct Inside {
    readers: usize,
    writing: bool,
    writers_waiting: usize,
}

impl ReadWrite {
    /// Nobody is in.
    pub fn new() -> Self {
        ReadWrite {
            inside: Mutex::new(Inside {
                readers: 0,
                writing: false,
                writers_waiting: 0,
            }),
            changed: Condvar::new(),
        }
    }

    /// Comes in to read. Waits as long as it has to.
    pub fn begin_read(&self) {
        let mut inside = self.inside.lock();
        while inside.writing || inside.writers_waiting > 0 {
            self.changed.wait(&mut inside);
        }
        inside.readers += 1;
    }

    /// Goes out again.
    pub fn end_read(&self) {
        self.inside.lock().readers -= 1;
        self.changed.notify_all();
    }

    /// Comes in to write. Waits until nobody is in.
    pub fn begin_write(&self) {
        let mut inside = self.inside.lock();
        inside.writers_waiting += 1;
        while inside.writing || inside.readers > 0 {
            self.changed.wait(&mut inside);
        }
        inside.writing = true;
    }

    /// Goes out again.
    pub fn end_write(&self) {
        self.inside.lock().writing = false;
        self.changed.notify_all();
    }
}
