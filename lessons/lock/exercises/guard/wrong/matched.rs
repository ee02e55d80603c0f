//! What `match` looks at lives as long as what `while let` looks at: to the last brace.

use parking_lot::Mutex;

/// Takes jobs until there are none left, and keeps the result of each. Several threads
/// call this at the same time, with the same jobs.
pub fn work_off(jobs: &Mutex<Vec<u32>>, work: impl Fn(u32) -> u32) -> Vec<u32> {
    let mut results = Vec::new();
    loop {
        match jobs.lock().pop() {
            Some(job) => results.push(work(job)),
            None => break,
        }
    }
    results
}
