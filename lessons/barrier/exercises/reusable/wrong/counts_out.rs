//! Each one counts itself out. A quick one comes again, and still counts those that are about to leave.

use parking_lot::{Condvar, Mutex};

/// A barrier for a fixed number of threads.
pub struct Barrier {
    threads: usize,
    come: Mutex<usize>,
    all_here: Condvar,
}

impl Barrier {
    /// One for this many threads.
    pub fn new(threads: usize) -> Self {
        Barrier { threads, come: Mutex::new(0), all_here: Condvar::new() }
    }

    /// Waits until all threads have come. Returns true in one of them.
    pub fn wait(&self) -> bool {
        let mut come = self.come.lock();
        *come += 1;
        let last = *come == self.threads;
        if last {
            self.all_here.notify_all();
        }
        while *come < self.threads && *come > 0 {
            self.all_here.wait(&mut come);
        }
        *come -= 1;
        last
    }
}
