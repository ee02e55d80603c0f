//! What every answer to `deadlock/guard` must hold.

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::thread;

use exercise::{Judge, Unseen};
use parking_lot::Mutex;

use crate::answer::work;

pub fn judge(judge: &mut Judge) {
    judge.every_order("a job can put a new one on the list", || {
        let jobs = Mutex::new(vec![2]);
        let done = Unseen::new(Vec::new());
        work(&jobs, |job| {
            done.update(|done| done.push(job));
            if job > 0 {
                jobs.lock().push(job - 1);
            }
        });
        assert_eq!(done.get(), [2, 1, 0], "job 2 makes job 1, and that makes job 0");
    });
    judge.every_order("two threads do each job once", || {
        let jobs = Mutex::new(vec![1, 2, 3]);
        let done = Unseen::new(Vec::new());
        thread::scope(|threads| {
            for _ in 0..2 {
                threads.spawn(|| work(&jobs, |job| done.update(|done| done.push(job))));
            }
        });
        let mut done = done.get();
        done.sort();
        assert_eq!(done, [1, 2, 3], "a job is left out, or done twice");
    });
    let why = "in no order are two jobs done at once: each waits until the one before is done";
    judge.some_order("two threads can do two jobs at once", why, || {
        let jobs = Mutex::new(vec![1, 2]);
        let (busy, both) = (AtomicU32::new(0), Unseen::new(false));
        thread::scope(|threads| {
            for _ in 0..2 {
                threads.spawn(|| {
                    work(&jobs, |_| {
                        let others = busy.fetch_add(1, Relaxed);
                        both.update(|both| *both |= others > 0);
                        busy.fetch_sub(1, Relaxed);
                    });
                });
            }
        });
        both.get()
    });
}
