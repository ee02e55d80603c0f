//! It waits until a deadline, in as many waits as it takes.
//!
//! Source: SpriteOvO/spdlog-rs#61; rust-lang/rust#47970 (a wait that counts down to a deadline).

use std::sync::{Condvar, Mutex};
use std::thread;
use std::time::{Duration, Instant};

pub fn body() {
    let (ready, there) = (Mutex::new(false), Condvar::new());
    let deadline = Instant::now() + Duration::from_millis(20);
    thread::scope(|s| {
        s.spawn(|| drop(ready.lock().unwrap()));
        let mut held = ready.lock().unwrap();
        while !*held {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            held = there.wait_timeout(held, left).unwrap().0;
        }
        assert!(!*held);
    });
}
