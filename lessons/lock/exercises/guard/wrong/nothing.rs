//! No job is done.

use parking_lot::Mutex;

/// Takes jobs until there are none left, and keeps the result of each. Several threads
/// call this at the same time, with the same jobs.
pub fn work_off(_jobs: &Mutex<Vec<u32>>, _work: impl Fn(u32) -> u32) -> Vec<u32> {
    Vec::new()
}
