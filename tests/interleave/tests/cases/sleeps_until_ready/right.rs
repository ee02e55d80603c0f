//! It waits for the end of the thread.
//!
//! Source: moka-rs/moka#591; 0xMiden/node#166; librefang/librefang#3581.

use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

pub fn body() {
    let done = Arc::new(AtomicU32::new(0));
    let theirs = done.clone();
    let worker = thread::spawn(move || {
        thread::sleep(Duration::from_millis(1));
        theirs.store(3, SeqCst);
    });
    worker.join().unwrap();
    assert_eq!(done.load(SeqCst), 3, "it had time enough");
}
