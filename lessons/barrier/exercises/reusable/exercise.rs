//! Use the barrier again.
//!
//! This barrier keeps threads together once. In the second round, nobody waits. Let it
//! work in every round, also when a quick thread comes again before the others have left.
//!
//!     cargo exercise check barrier/reusable

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
        if *come == self.threads {
            self.all_here.notify_all();
            return true;
        }
        while *come < self.threads {
            self.all_here.wait(&mut come);
        }
        false
    }
}
