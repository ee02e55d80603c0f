//! Each thread works off a copy of the jobs, so each job is done twice.

use parking_lot::Mutex;

/// Takes jobs until there are none left, and keeps the result of each. Several threads
/// call this at the same time, with the same jobs.
pub fn work_off(jobs: &Mutex<Vec<u32>>, work: impl Fn(u32) -> u32) -> Vec<u32> {
    let mut results = Vec::new();
    let mut mine = jobs.lock().clone();
    while let Some(job) = mine.pop() {
        results.push(work(job));
    }
    results
}
