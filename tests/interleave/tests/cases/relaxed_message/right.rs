//! Release and Acquire.
//!
//! Source: tokio-rs/loom tests/litmus.rs (message passing).

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::*};
use std::thread;

pub fn body() {
    let (ready, value) = (AtomicBool::new(false), AtomicU32::new(0));
    thread::scope(|s| {
        s.spawn(|| {
            value.store(9, Relaxed);
            ready.store(true, Release);
        });
        if ready.load(Acquire) {
            assert_eq!(value.load(Relaxed), 9);
        }
    });
}
