//! A lost update on a `static mut` (a data race).
//!
//! Source: rust-lang/book#3013; servo/servo#15471; alphaonedev/ai-memory-mcp#43.

use std::sync::Mutex;
use std::thread;

static mut HITS: u32 = 0;

fn add() {
    // SAFETY: none, and that is the mistake.
    let seen = unsafe { HITS };
    thread::yield_now();
    // SAFETY: none, as above.
    unsafe { HITS = seen + 1 };
}

pub fn body() {
    // SAFETY: none, as above.
    let before = unsafe { HITS };
    let other = thread::spawn(add);
    add();
    other.join().unwrap();
    // SAFETY: the other thread has ended.
    assert_eq!(unsafe { HITS } - before, 2, "an update was lost");
    drop(Mutex::new(()));
}
