//! One thread takes a mutex, and another thread should free it.
//!
//! Refused: E0277

use std::sync::Mutex;
use std::thread;

// ANCHOR: refused
fn main() {
    let place = Mutex::new(());
    thread::scope(|threads| {
        let taken = place.lock().unwrap();
        threads.spawn(move || drop(taken));
    });
}
// ANCHOR_END: refused
