//! Let go of the lock in time.
//!
//! Threads take jobs from a list. A job that puts a new one on the list gets stuck. Find
//! out how long the guard lives, and let it end sooner.
//!
//!     cargo exercise check deadlock/guard

use parking_lot::Mutex;

/// Takes jobs from the list and does them, until the list is empty.
///
/// To do a job can mean to put a new one on the list.
pub fn work(jobs: &Mutex<Vec<u32>>, job: impl Fn(u32)) {
    while let Some(next) = jobs.lock().pop() {
        job(next);
    }
}
