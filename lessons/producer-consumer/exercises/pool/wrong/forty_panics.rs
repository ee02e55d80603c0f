//! A worker leaves after the fortieth panic.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread::{self, JoinHandle};

use crossbeam_channel::{self as channel, Receiver, Sender, select_biased};

/// Something to be done once, on any thread.
type Job = Box<dyn FnOnce() + Send>;

/// Threads that do jobs.
pub struct Pool {
    jobs: Sender<Job>,
    running: Sender<()>, // nothing is sent here: that it is gone means stop
    workers: Vec<JoinHandle<()>>,
}

impl Pool {
    /// Starts this many workers.
    pub fn new(workers: usize) -> Self {
        let (to_workers, jobs) = channel::unbounded();
        let (running, stop) = channel::bounded(0);
        let worker = |_| {
            let (jobs, stop) = (jobs.clone(), stop.clone());
            thread::spawn(move || work(&jobs, &stop))
        };
        Pool { jobs: to_workers, running, workers: (0..workers).map(worker).collect() }
    }

    /// Gives a job to the workers, and doesn't wait for it.
    pub fn run(&self, job: impl FnOnce() + Send + 'static) {
        self.jobs.send(Box::new(job)).expect("a worker is there");
    }

    /// Accepts no more jobs, and returns when all that were given to `run` are done.
    pub fn shutdown(self) {
        drop(self.jobs);
        drop(self.running);
        for worker in self.workers {
            worker.join().expect("a worker does not panic");
        }
    }
}

fn work(jobs: &Receiver<Job>, stop: &Receiver<()>) {
    let mut panics = 0;
    loop {
        select_biased! {
            recv(jobs) -> job => match job {
                Ok(job) => {
                    if catch_unwind(AssertUnwindSafe(job)).is_err() { panics += 1; }
                    if panics == 40 { return; }
                }
                Err(_) => return,
            },
            recv(stop) -> _ => return,
        }
    }
}
