//! The first to ask is too early, and its failure is final: asked again in time, it panics still.
//!
//! Source: rust-lang-nursery/lazy-static.rs#176; xberg-io/xberg#741; matklad/once_cell#46.

use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::sync::LazyLock;
use std::thread;

pub fn body() {
    let file = AtomicU32::new(0);
    let read = || match file.load(SeqCst) {
        0 => panic!("no configuration yet"),
        n => n,
    };
    let config = LazyLock::new(read);
    thread::scope(|s| {
        let early = s.spawn(|| *config);
        file.store(7, SeqCst);
        let _ = early.join();
        assert_eq!(*config, 7);
    });
}
