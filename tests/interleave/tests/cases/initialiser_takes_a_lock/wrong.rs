//! Deadlock: one holds the lock and waits for the value, whose maker waits for the lock.
//!
//! Source: rust-lang-nursery/lazy-static.rs#116 (the GIL and a lazy value).

use std::sync::{LazyLock, Mutex};
use std::thread;

static INTERPRETER: Mutex<u32> = Mutex::new(1);
static TABLE: LazyLock<u32> = LazyLock::new(|| *INTERPRETER.lock().unwrap() + 1);

pub fn body() {
    let other = thread::spawn(|| *TABLE);
    let mut held = INTERPRETER.lock().unwrap();
    *held += *TABLE;
    drop(held);
    assert!(other.join().unwrap() >= 2);
}
