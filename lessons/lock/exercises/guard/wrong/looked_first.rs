//! Another thread can take the last job between the look and the `pop`.

use parking_lot::Mutex;

/// Takes jobs until there are none left, and keeps the result of each. Several threads
/// call this at the same time, with the same jobs.
pub fn work_off(jobs: &Mutex<Vec<u32>>, work: impl Fn(u32) -> u32) -> Vec<u32> {
    let mut results = Vec::new();
    while !jobs.lock().is_empty() {
        let job = jobs.lock().pop().expect("there is a job");
        results.push(work(job));
    }
    results
}
