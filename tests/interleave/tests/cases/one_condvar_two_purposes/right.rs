//! All are woken, and look.
//!
//! Source: nanocurrency/nano-node#1491; JaConTeBe / java bounded buffers with one condition and notify().

use std::sync::{Condvar, Mutex};
use std::thread;

pub fn body() {
    let (full, changed) = (Mutex::new(false), Condvar::new());
    let take = || {
        let mut there = changed.wait_while(full.lock().unwrap(), |full| !*full).unwrap();
        *there = false;
        changed.notify_all();
    };
    thread::scope(|s| {
        s.spawn(take);
        s.spawn(take);
        for _ in 0..2 {
            let mut there = changed.wait_while(full.lock().unwrap(), |full| *full).unwrap();
            *there = true;
            changed.notify_all();
        }
    });
    assert!(!*full.lock().unwrap());
}
