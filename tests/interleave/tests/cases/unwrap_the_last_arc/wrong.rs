//! Both see two owners, both give theirs back, nobody gets the value.
//!
//! Source: gfx-rs/wgpu#5018, kvark/choir#21 (`Arc::try_unwrap(..).ok()` in two threads).

use std::sync::Arc;
use std::thread;

pub fn body() {
    let mine = Arc::new(7);
    let theirs = mine.clone();
    let other = thread::spawn(move || Arc::try_unwrap(theirs).ok());
    let here = Arc::try_unwrap(mine).ok();
    let there = other.join().unwrap();
    assert_eq!(here.or(there), Some(7), "nobody has got the value");
}
