//! Permits are counted, the token only wakes.
//!
//! Source: awslabs/shuttle tests/basic/thread.rs (`unpark` is not cumulative).

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::thread;

pub fn body() {
    let permits = Arc::new(AtomicU32::new(0));
    let theirs = permits.clone();
    let worker = thread::spawn(move || {
        for _ in 0..2 {
            while theirs.load(SeqCst) == 0 {
                thread::park();
            }
            theirs.fetch_sub(1, SeqCst);
        }
    });
    for _ in 0..2 {
        permits.fetch_add(1, SeqCst);
        worker.thread().unpark();
    }
    worker.join().unwrap();
    assert_eq!(permits.load(SeqCst), 0);
}
