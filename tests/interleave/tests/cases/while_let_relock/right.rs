//! The guard is gone before the body; the queue ends empty.
//!
//! Source: rust-lang/rust#78390 (a `while let` keeps the guard during its body).

use std::sync::Mutex;
use std::thread;

fn drain(queue: &Mutex<Vec<u32>>) {
    loop {
        let next = queue.lock().unwrap().pop();
        let Some(n) = next else { break };
        if n > 1 {
            queue.lock().unwrap().push(n / 2);
        }
    }
}

pub fn body() {
    let queue = Mutex::new(vec![1, 2]);
    thread::scope(|s| {
        s.spawn(|| drain(&queue));
        s.spawn(|| drain(&queue));
    });
    assert!(queue.lock().unwrap().is_empty());
}
