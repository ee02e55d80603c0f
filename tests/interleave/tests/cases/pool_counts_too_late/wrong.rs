//! The pool says that it is idle while a job lies in its queue.
//!
//! Source: rust-threadpool/rust-threadpool#19, #66 (busy is what has begun, not what was given).

use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::sync::mpsc::channel;
use std::sync::{Condvar, Mutex};
use std::thread;

pub fn body() {
    let (jobs, queue) = channel::<u32>();
    let (busy, idle, done) = (Mutex::new(0), Condvar::new(), AtomicU32::new(0));
    thread::scope(|s| {
        s.spawn(|| {
            for job in queue {
                *busy.lock().unwrap() += 1;
                done.fetch_add(job, SeqCst);
                *busy.lock().unwrap() -= 1;
                idle.notify_all();
            }
        });
        jobs.send(5).unwrap();
        drop(idle.wait_while(busy.lock().unwrap(), |busy| *busy > 0).unwrap());
        let seen = done.load(SeqCst);
        drop(jobs);
        assert_eq!(seen, 5, "idle before the job was done");
    });
}
