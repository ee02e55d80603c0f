//! Deadlock: each thread is in one initialiser and waits for the other.
//!
//! Source: functionaljava/functionaljava#321, apache/jena#2787, rust-lang/rust#72311 (two that need each other while they are made).

use std::sync::OnceLock;
use std::thread;

static LEFT: OnceLock<u32> = OnceLock::new();
static RIGHT: OnceLock<u32> = OnceLock::new();

fn left() -> u32 {
    *LEFT.get_or_init(|| *RIGHT.get_or_init(|| 1) + 1)
}

fn right() -> u32 {
    *RIGHT.get_or_init(|| *LEFT.get_or_init(|| 1) + 1)
}

pub fn body() {
    let other = thread::spawn(right);
    assert!(left() > 0);
    assert!(other.join().unwrap() > 0);
}
