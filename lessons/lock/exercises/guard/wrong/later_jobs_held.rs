//! From the sixth job on, the guard lives while it works.

use parking_lot::Mutex;
pub fn work_off(jobs: &Mutex<Vec<u32>>, work: impl Fn(u32) -> u32) -> Vec<u32> {
    let mut results = Vec::new();
    loop {
        let mut jobs = jobs.lock();
        let Some(job) = jobs.pop() else { break };
        if results.len() < 5 {
            drop(jobs);
            results.push(work(job));
        } else {
            results.push(work(job));
        }
    }
    results
}
