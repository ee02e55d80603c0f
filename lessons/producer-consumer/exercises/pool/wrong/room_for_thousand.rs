//! A thousand jobs can wait. A thread that hands over one more waits until there is
//! room.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread::{self, JoinHandle};

use crossbeam_channel::{self as channel, Receiver, Sender};

/// Something to be done once, on any thread.
type Job = Box<dyn FnOnce() + Send>;

/// Threads that do jobs.
pub struct Pool {
    jobs: Sender<Job>,
    workers: Vec<JoinHandle<()>>,
}

impl Pool {
    /// Starts this many workers.
    pub fn new(workers: usize) -> Self {
        let (to_workers, jobs) = channel::bounded(1000);
        let worker = |_| {
            let jobs = jobs.clone();
            thread::spawn(move || work(&jobs))
        };
        Pool { jobs: to_workers, workers: (0..workers).map(worker).collect() }
    }

    /// Gives a job to the workers, and doesn't wait for it.
    pub fn run(&self, job: impl FnOnce() + Send + 'static) {
        self.jobs.send(Box::new(job)).expect("a worker is there");
    }

    /// Accepts no more jobs, and returns when all that were given to `run` are done.
    pub fn shutdown(self) {
        drop(self.jobs);
        for worker in self.workers {
            worker.join().expect("a worker does not panic");
        }
    }
}

fn work(jobs: &Receiver<Job>) {
    for job in jobs {
        let _ = catch_unwind(AssertUnwindSafe(job)); // the next job is not to blame
    }
}
