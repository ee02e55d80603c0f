//! The job stays on the list while it is done, and so others see it too.

use parking_lot::Mutex;

/// Takes jobs from the list and does them, until the list is empty.
///
/// To do a job can mean to put a new one on the list.
pub fn work(jobs: &Mutex<Vec<u32>>, job: impl Fn(u32)) {
    loop {
        let next = jobs.lock().last().copied();
        let Some(next) = next else { return };
        job(next);
        jobs.lock().retain(|job| *job != next);
    }
}
