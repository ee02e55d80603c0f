//! What `while let` looks at lives until the end of its block, and the guard with it. A `let`
//! statement drops it at its end.

use parking_lot::Mutex;

/// Takes jobs until there are none left, and keeps the result of each. Several threads
/// call this at the same time, with the same jobs.
pub fn work_off(jobs: &Mutex<Vec<u32>>, work: impl Fn(u32) -> u32) -> Vec<u32> {
    let mut results = Vec::new();
    loop {
        let job = jobs.lock().pop();
        let Some(job) = job else { break };
        results.push(work(job));
    }
    results
}
