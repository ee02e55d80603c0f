//! The first thread takes all jobs, and leaves none for the others.

use std::mem;

use parking_lot::Mutex;

/// Takes jobs until there are none left, and keeps the result of each. Several threads
/// call this at the same time, with the same jobs.
pub fn work_off(jobs: &Mutex<Vec<u32>>, work: impl Fn(u32) -> u32) -> Vec<u32> {
    let mut results = Vec::new();
    let mine = mem::take(&mut *jobs.lock());
    results.extend(mine.into_iter().map(work));
    results
}
