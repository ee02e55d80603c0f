//! Deadlock: the job panics and is caught, and its answer never comes, for a sender of it lives on. (The worker's loop catches every panic, also what unwinds it from outside.)
//!
//! Source: rust-threadpool/rust-threadpool#13; rust-lang/cargo#6433; glommio/glommio#37.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Sender, channel};
use std::thread;

pub fn body() {
    let (jobs, next) = channel::<Box<dyn FnOnce() + Send>>();
    let worker = thread::spawn(move || {
        for job in next {
            let _ = catch_unwind(AssertUnwindSafe(job));
        }
    });
    let (to, answers) = channel();
    let ask = |n: u32, to: Sender<u32>| jobs.send(Box::new(move || to.send(10 / n).unwrap())).unwrap();
    ask(1, to.clone());
    ask(0, to.clone());
    let _kept = to;
    let sum: u32 = answers.iter().take(2).sum();
    assert_eq!(sum, 10);
    drop(jobs);
    worker.join().unwrap();
}
