//! Deadlock: stopped before it waited, and the stop is told only to those who wait.
//!
//! Source: kubernetes#11298, moby#30408 (GoKer): a condition that nobody signals in one order.

use std::sync::{Condvar, Mutex};
use std::thread;

pub fn body() {
    let (stopped, changed) = (Mutex::new(false), Condvar::new());
    thread::scope(|s| {
        s.spawn(|| {
            let held = stopped.lock().unwrap();
            drop(changed.wait(held).unwrap());
        });
        *stopped.lock().unwrap() = true;
        changed.notify_all();
    });
}
