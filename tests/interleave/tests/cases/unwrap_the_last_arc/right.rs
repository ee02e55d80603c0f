//! `into_inner` gives it to exactly one.
//!
//! Source: gfx-rs/wgpu#5018, kvark/choir#21 (`Arc::try_unwrap(..).ok()` in two threads).

use std::sync::Arc;
use std::thread;

pub fn body() {
    let mine = Arc::new(7);
    let theirs = mine.clone();
    let other = thread::spawn(move || Arc::into_inner(theirs));
    let here = Arc::into_inner(mine);
    let there = other.join().unwrap();
    assert_eq!(here.or(there), Some(7), "nobody has got the value");
}
