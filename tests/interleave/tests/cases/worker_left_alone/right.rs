//! It is left alone: the program ends with `main`.
//!
//! Source: rust-lang/futures-rs#1470; matiaszanolli/ByroRedux#856 (a worker that nobody joins).

use std::sync::mpsc::channel;
use std::thread;

pub fn body() {
    let (jobs, next) = channel::<u32>();
    let (to, answers) = channel();
    let worker = thread::spawn(move || {
        for job in next {
            to.send(job + 1).unwrap();
        }
    });
    jobs.send(1).unwrap();
    assert_eq!(answers.recv(), Ok(2));
    std::mem::forget(jobs);
    drop(worker);
}
