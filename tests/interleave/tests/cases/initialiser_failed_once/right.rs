//! What failed is tried again.
//!
//! Source: rust-lang-nursery/lazy-static.rs#176; xberg-io/xberg#741; matklad/once_cell#46.

use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::sync::OnceLock;
use std::thread;

pub fn body() {
    let file = AtomicU32::new(0);
    let read = || match file.load(SeqCst) {
        0 => panic!("no configuration yet"),
        n => n,
    };
    let config = OnceLock::new();
    thread::scope(|s| {
        let early = s.spawn(|| *config.get_or_init(read));
        file.store(7, SeqCst);
        let _ = early.join();
        assert_eq!(*config.get_or_init(read), 7);
    });
}
