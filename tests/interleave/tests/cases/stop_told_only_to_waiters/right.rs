//! The stop is a state that is looked at.
//!
//! Source: kubernetes#11298, moby#30408 (GoKer): a condition that nobody signals in one order.

use std::sync::{Condvar, Mutex};
use std::thread;

pub fn body() {
    let (stopped, changed) = (Mutex::new(false), Condvar::new());
    thread::scope(|s| {
        s.spawn(|| {
            let held = stopped.lock().unwrap();
            drop(changed.wait_while(held, |stopped| !*stopped).unwrap());
        });
        *stopped.lock().unwrap() = true;
        changed.notify_all();
    });
}
