//! Both are made in one order.
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
    left();
    *RIGHT.get().unwrap()
}

pub fn body() {
    let other = thread::spawn(right);
    assert!(left() > 0);
    assert!(other.join().unwrap() > 0);
}
