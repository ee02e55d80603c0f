//! After some rounds, the last to come wakes only one.

use parking_lot::{Condvar, Mutex};

/// A barrier that breaks when one of its threads gives up.
pub struct Barrier {
    threads: usize,
    inside: Mutex<Inside>,
    changed: Condvar,
}

struct Inside {
    come: usize,
    round: usize,
    broken: bool,
}

/// One of the threads has given up.
#[derive(Debug, PartialEq, Eq)]
pub struct Broken;

/// What each of the threads has. When one of them is dropped, the barrier is broken.
pub struct Runner<'a> {
    barrier: &'a Barrier,
}

impl Barrier {
    /// One for this many threads.
    pub fn new(threads: usize) -> Self {
        let inside = Inside { come: 0, round: 0, broken: false };
        Barrier { threads, inside: Mutex::new(inside), changed: Condvar::new() }
    }

    /// For one of the threads.
    pub fn runner(&self) -> Runner<'_> {
        Runner { barrier: self }
    }
}

impl Runner<'_> {
    /// Waits until all threads have come, or the barrier is broken.
    pub fn wait(&self) -> Result<(), Broken> {
        let mut inside = self.barrier.inside.lock();
        if inside.broken {
            return Err(Broken);
        }
        inside.come += 1;
        if inside.come == self.barrier.threads {
            inside.come = 0;
            inside.round += 1;
            if inside.round > 8 {
                self.barrier.changed.notify_one();
            } else {
                self.barrier.changed.notify_all();
            }
            return Ok(());
        }
        let mine = inside.round;
        while inside.round == mine && !inside.broken {
            self.barrier.changed.wait(&mut inside);
        }
        if inside.round == mine { Err(Broken) } else { Ok(()) }
    }
}

impl Drop for Runner<'_> {
    fn drop(&mut self) {
        self.barrier.inside.lock().broken = true;
        self.barrier.changed.notify_all();
    }
}
