//! Looks at one channel after the other, and never sleeps.

use std::thread;

use crossbeam_channel::{Receiver, TryRecvError};

/// Something to be done once.
pub type Job = Box<dyn FnOnce() + Send>;

/// Does the jobs that come, calls before letters, until a message comes from `stop`,
/// or `stop` ends.
pub fn serve(stop: &Receiver<()>, calls: &Receiver<Job>, letters: &Receiver<Job>) {
    while stop.try_recv() == Err(TryRecvError::Empty) {
        match calls.try_recv().or_else(|_| letters.try_recv()) {
            Ok(job) => job(),
            Err(_) => thread::yield_now(),
        }
    }
}
