//! Deadlock: a thread waits for a lock that it holds itself further down its own stack.
//!
//! Source: rayon-rs/rayon#592, #1174 (a worker that waits under a lock steals a job that wants the lock).

use crossbeam_channel::{Receiver, Sender, bounded, select, unbounded};
use parking_lot::Mutex;
use std::thread;

enum Job {
    Whole,
    Part(Sender<()>),
}

fn run(job: Job, pool: &(Sender<Job>, Receiver<Job>), done: &Mutex<u32>) {
    let part_is_done = match job {
        Job::Part(tell) => return tell.send(()).unwrap(),
        Job::Whole => bounded(1),
    };
    let mut held = done.lock();
    pool.0.send(Job::Part(part_is_done.0)).unwrap();
    loop {
        select! {
            recv(part_is_done.1) -> _ => break,
            recv(pool.1) -> other => run(other.unwrap(), pool, done),
        }
    }
    *held += 1;
}

pub fn body() {
    let (pool, done) = (unbounded(), Mutex::new(0));
    pool.0.send(Job::Whole).unwrap();
    pool.0.send(Job::Whole).unwrap();
    let work = || while let Ok(job) = pool.1.try_recv() { run(job, &pool, &done) };
    thread::scope(|s| { s.spawn(work); work() });
    assert_eq!(*done.lock(), 2);
}
