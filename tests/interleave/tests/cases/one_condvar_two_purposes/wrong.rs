//! Deadlock: a consumer's only notification goes to the other consumer, not to the producer who waits for room.
//!
//! Source: nanocurrency/nano-node#1491; JaConTeBe / java bounded buffers with one condition and notify().

use std::sync::{Condvar, Mutex};
use std::thread;

pub fn body() {
    let (full, changed) = (Mutex::new(false), Condvar::new());
    let take = || {
        let mut there = changed.wait_while(full.lock().unwrap(), |full| !*full).unwrap();
        *there = false;
        changed.notify_one();
    };
    thread::scope(|s| {
        s.spawn(take);
        s.spawn(take);
        for _ in 0..2 {
            let mut there = changed.wait_while(full.lock().unwrap(), |full| *full).unwrap();
            *there = true;
            changed.notify_one();
        }
    });
    assert!(!*full.lock().unwrap());
}
