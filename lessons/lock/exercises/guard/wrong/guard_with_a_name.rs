//! The guard has a name now, and lives to the end of the block.

use parking_lot::Mutex;

/// Takes jobs until there are none left, and keeps the result of each. Several threads
/// call this at the same time, with the same jobs.
pub fn work_off(jobs: &Mutex<Vec<u32>>, work: impl Fn(u32) -> u32) -> Vec<u32> {
    let mut results = Vec::new();
    loop {
        let mut jobs = jobs.lock();
        let Some(job) = jobs.pop() else { break };
        results.push(work(job));
    }
    results
}
