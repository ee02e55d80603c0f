//! In the second round, the threads are kept together by a second count. There is no third.

use parking_lot::{Condvar, Mutex};

/// A barrier for a fixed number of threads.
pub struct Barrier {
    threads: usize,
    come: Mutex<[usize; 2]>,
    all_here: Condvar,
}

impl Barrier {
    /// One for this many threads.
    pub fn new(threads: usize) -> Self {
        Barrier { threads, come: Mutex::new([0; 2]), all_here: Condvar::new() }
    }

    /// Waits until all threads have come. Returns true in one of them.
    pub fn wait(&self) -> bool {
        let mut come = self.come.lock();
        let round = usize::from(come[0] >= self.threads);
        come[round] += 1;
        if come[round] == self.threads {
            self.all_here.notify_all();
            return true;
        }
        while come[round] < self.threads {
            self.all_here.wait(&mut come);
        }
        false
    }
}
