//! Deadlock: the thread that pops the 2 locks once more in the body.
//!
//! Source: rust-lang/rust#78390 (a `while let` keeps the guard during its body).

use std::sync::Mutex;
use std::thread;

fn drain(queue: &Mutex<Vec<u32>>) {
    while let Some(n) = queue.lock().unwrap().pop() {
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
