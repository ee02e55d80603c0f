//! `select!` takes either when both are ready, so it loses jobs now and then.

use std::thread::{self, JoinHandle};

use crossbeam_channel::{self as channel, Receiver, Sender, select};

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
        drop(self.running);
        for worker in self.workers {
            worker.join().expect("a worker does not panic");
        }
    }
}

fn work(jobs: &Receiver<Job>, stop: &Receiver<()>) {
    loop {
        select! {
            recv(stop) -> _ => return,
            recv(jobs) -> job => match job {
                Ok(job) => job(),
                Err(_) => return,
            },
        }
    }
}
