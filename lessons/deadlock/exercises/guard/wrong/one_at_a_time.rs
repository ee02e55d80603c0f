//! A second lock around the job: nobody is stuck, and nobody is any faster.

use parking_lot::Mutex;

/// Takes jobs from the list and does them, until the list is empty.
///
/// To do a job can mean to put a new one on the list.
pub fn work(jobs: &Mutex<Vec<u32>>, job: impl Fn(u32)) {
    static WORK: Mutex<()> = Mutex::new(());
    loop {
        let next = jobs.lock().pop();
        let Some(next) = next else { return };
        let _one_at_a_time = WORK.lock();
        job(next);
    }
}
