//! Deadlock: set and notified between the waiter's look and its wait.
//!
//! Source: tokio-rs/tokio#2134 (notify without the mutex: a lost wake-up).

use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::{Condvar, Mutex};
use std::thread;

pub fn body() {
    let (ready, gate, changed) = (AtomicBool::new(false), Mutex::new(()), Condvar::new());
    thread::scope(|s| {
        s.spawn(|| {
            ready.store(true, SeqCst);
            changed.notify_one();
        });
        let mut held = gate.lock().unwrap();
        while !ready.load(SeqCst) {
            held = changed.wait(held).unwrap();
        }
    });
}
