//! The guard is gone before the wait.
//!
//! Source: rust-lang/rust-clippy#16889, #9597 (in edition 2024 the guard still lives in the `then` part).

use crossbeam_channel::bounded;
use parking_lot::Mutex;
use std::thread;

pub fn body() {
    let queue = Mutex::new(vec![1]);
    let (go, wait) = bounded::<u32>(1);
    thread::scope(|s| {
        s.spawn(|| {
            let job = queue.lock().pop();
            if let Some(job) = job {
                assert_ne!(job * wait.recv().unwrap(), 0);
            }
        });
        s.spawn(|| {
            queue.lock().push(7);
            go.send(2).unwrap();
        });
    });
}
