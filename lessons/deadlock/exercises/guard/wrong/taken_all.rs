//! All jobs are taken at once: the lock is free, but what is new comes too late.

use parking_lot::Mutex;

/// Takes jobs from the list and does them, until the list is empty.
///
/// To do a job can mean to put a new one on the list.
pub fn work(jobs: &Mutex<Vec<u32>>, job: impl Fn(u32)) {
    let all = std::mem::take(&mut *jobs.lock());
    for next in all {
        job(next);
    }
}
