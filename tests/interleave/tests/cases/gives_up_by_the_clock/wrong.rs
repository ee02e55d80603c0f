//! Deadlock: nobody notifies, and the wait has no end.
//!
//! Source: SpriteOvO/spdlog-rs#61; rust-lang/rust#47970 (a wait that counts down to a deadline).

use std::sync::{Condvar, Mutex};
use std::thread;

pub fn body() {
    let (ready, there) = (Mutex::new(false), Condvar::new());
    thread::scope(|s| {
        s.spawn(|| drop(ready.lock().unwrap()));
        let mut held = ready.lock().unwrap();
        while !*held {
            held = there.wait(held).unwrap();
        }
        assert!(!*held);
    });
}
