//! Collect results, and panics too.
//!
//! Each job runs in a thread of its own. If one panics, `outcomes` panics as well, and all
//! other results are lost. Return the outcome of each job: its result, or the text of its
//! panic.
//!
//!     cargo exercise check join-threads/outcomes

use std::thread;

/// Something to do in a thread.
pub type Job = Box<dyn FnOnce() -> u32 + Send>;

/// Runs all jobs at the same time, and returns the outcome of each, in their order.
///
/// `Err` holds the text of a panic, or "no text" if it has none.
pub fn outcomes(jobs: Vec<Job>) -> Vec<Result<u32, String>> {
    let threads: Vec<_> = jobs.into_iter().map(thread::spawn).collect();
    let joined = threads.into_iter().map(|thread| thread.join());
    joined.map(|joined| Ok(joined.unwrap())).collect()
}
