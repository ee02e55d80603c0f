//! Between the look and the `pop`, another thread can take the last job.

use parking_lot::Mutex;

/// Takes jobs from the list and does them, until the list is empty.
///
/// To do a job can mean to put a new one on the list.
pub fn work(jobs: &Mutex<Vec<u32>>, job: impl Fn(u32)) {
    while !jobs.lock().is_empty() {
        let next = jobs.lock().pop().expect("a job is there");
        job(next);
    }
}
