//! A lock around it.
//!
//! Source: rust-lang/book#3013; servo/servo#15471; alphaonedev/ai-memory-mcp#43.

use std::sync::Mutex;
use std::thread;

static HITS: Mutex<u32> = Mutex::new(0);

fn add() {
    let mut held = HITS.lock().unwrap();
    thread::yield_now();
    *held += 1;
}

pub fn body() {
    let before = *HITS.lock().unwrap();
    let other = thread::spawn(add);
    add();
    other.join().unwrap();
    assert_eq!(*HITS.lock().unwrap() - before, 2, "an update was lost");
    drop(Mutex::new(()));
}
