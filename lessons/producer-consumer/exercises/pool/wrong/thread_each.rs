//! A new thread for each job, however many there are.

use std::sync::Mutex;
use std::thread::{self, JoinHandle};

/// Something to be done once, on any thread.
type Job = Box<dyn FnOnce() + Send>;

/// Threads that do jobs.
pub struct Pool {
    _workers: usize,
    jobs: Mutex<Vec<JoinHandle<()>>>,
}

impl Pool {
    /// Starts this many workers.
    pub fn new(workers: usize) -> Self {
        Pool { _workers: workers, jobs: Mutex::new(Vec::new()) }
    }

    /// Gives a job to the workers, and doesn't wait for it.
    pub fn run(&self, job: impl FnOnce() + Send + 'static) {
        let job: Job = Box::new(job);
        self.jobs.lock().expect("nobody panics").push(thread::spawn(job));
    }

    /// Accepts no more jobs, and returns when all that were given to `run` are done.
    pub fn shutdown(self) {
        for job in self.jobs.into_inner().expect("nobody panics") {
            let _ = job.join();
        }
    }
}
