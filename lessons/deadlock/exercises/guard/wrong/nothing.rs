//! No job is done, and nobody gets stuck.

use parking_lot::Mutex;

/// Takes jobs from the list and does them, until the list is empty.
///
/// To do a job can mean to put a new one on the list.
pub fn work(_jobs: &Mutex<Vec<u32>>, _job: impl Fn(u32)) {}
