//! The number of jobs is right only at the moment at which it is asked.

use parking_lot::Mutex;

/// Takes jobs until there are none left, and keeps the result of each. Several threads
/// call this at the same time, with the same jobs.
pub fn work_off(jobs: &Mutex<Vec<u32>>, work: impl Fn(u32) -> u32) -> Vec<u32> {
    let mut results = Vec::new();
    let n = jobs.lock().len();
    for _ in 0..n {
        let job = jobs.lock().pop();
        let Some(job) = job else { break };
        results.push(work(job));
    }
    results
}
