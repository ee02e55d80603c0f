//! A guard that lives too long.
//!
//! It seems that each worker takes a job, frees the lock, and works. But the workers
//! work one after the other. Find out why, and let them work at the same time.
//!
//!     cargo exercise check lock/guard

use parking_lot::Mutex;

/// Takes jobs until there are none left, and keeps the result of each. Several threads
/// call this at the same time, with the same jobs.
pub fn work_off(jobs: &Mutex<Vec<u32>>, work: impl Fn(u32) -> u32) -> Vec<u32> {
    let mut results = Vec::new();
    while let Some(job) = jobs.lock().pop() {
        results.push(work(job));
    }
    results
}
