//! What every answer to `lock/guard` must hold.

use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering::SeqCst;
use std::thread;

use exercise::{Judge, Unseen};
use parking_lot::Mutex;

use crate::answer::work_off;

/// The results of two workers with these jobs, one after the other.
fn results(jobs: &[u32], work: impl Fn(u32) -> u32 + Sync) -> Vec<u32> {
    let jobs = Mutex::new(jobs.to_vec());
    thread::scope(|threads| {
        let first = threads.spawn(|| work_off(&jobs, &work));
        let second = threads.spawn(|| work_off(&jobs, &work));
        let mut results = first.join().expect("it does not panic");
        results.extend(second.join().expect("it does not panic"));
        results
    })
}

pub fn judge(judge: &mut Judge) {
    judge.every_order("each job is done once", || {
        let mut results = results(&[1, 2], |job| job * 10);
        results.sort();
        assert_eq!(results, [10, 20], "a job is left, or done twice");
    });
    judge.some_order(
        "two workers can be at work at the same time",
        "no order has two workers at work at the same time",
        || {
            let (at_work, both) = (AtomicU32::new(0), Unseen::new(false));
            results(&[1, 2], |job| {
                if at_work.fetch_add(1, SeqCst) == 1 {
                    both.set(true);
                }
                at_work.fetch_sub(1, SeqCst);
                job
            });
            both.get()
        },
    );
}
