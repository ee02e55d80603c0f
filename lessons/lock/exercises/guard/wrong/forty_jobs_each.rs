//! After forty jobs a worker goes home, even if no other is left to do the rest.

use parking_lot::Mutex;

/// Takes jobs until there are none left, and keeps the result of each. Several threads
/// call this at the same time, with the same jobs.
pub fn work_off(jobs: &Mutex<Vec<u32>>, work: impl Fn(u32) -> u32) -> Vec<u32> {
    let mut results = Vec::new();
    for _ in 0..40 {
        let job = jobs.lock().pop();
        let Some(job) = job else { break };
        results.push(work(job));
    }
    results
}
