//! It goes home when the lock was not free forty times.

use parking_lot::Mutex;

/// Takes jobs until there are none left, and keeps the result of each. Several threads
/// call this at the same time, with the same jobs.
pub fn work_off(jobs: &Mutex<Vec<u32>>, work: impl Fn(u32) -> u32) -> Vec<u32> {
    let mut results = Vec::new();
    let mut tries = 0;
    loop {
        let job = match jobs.try_lock() {
            Some(mut j) => j.pop(),
            None => {
                tries += 1;
                if tries == 40 {
                    break;
                }
                std::thread::yield_now();
                continue;
            }
        };
        let Some(job) = job else { break };
        results.push(work(job));
    }
    results
}
