//! The first job is done with the lock free, and all others with the lock held.

use parking_lot::Mutex;

pub fn work_off(jobs: &Mutex<Vec<u32>>, work: impl Fn(u32) -> u32) -> Vec<u32> {
    let mut results = Vec::new();
    let first = jobs.lock().pop();
    results.extend(first.map(&work));
    while let Some(job) = jobs.lock().pop() {
        results.push(work(job));
    }
    results
}
