//! The same text, and a flag that hands it over: the store releases, and the load acquires.
//!
//!     cargo explore lessons/publish/stages/2-release-acquire.rs
//!
//! Chapter: book/chapters/en/publish.md
//! Try: leave only one of the two orders as it is, and make the other one `Relaxed`.

use std::cell::UnsafeCell;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::{Acquire, Release};
use std::thread;

// ANCHOR: cell
struct Letter {
    text: UnsafeCell<u32>,
    ready: AtomicBool,
}

// SAFETY: the text is written once, before `ready` is set. It is read only by a thread that
// has seen `ready` set, with an Acquire load of what a Release store has written.
unsafe impl Sync for Letter {}

fn write(letter: &Letter) {
    // SAFETY: as above.
    unsafe { *letter.text.get() = 7 };
    letter.ready.store(true, Release);
}

fn read(letter: &Letter) {
    if letter.ready.load(Acquire) {
        // SAFETY: as above.
        let text = unsafe { *letter.text.get() };
        println!("the text is {text}");
    }
}
// ANCHOR_END: cell

fn main() {
    let letter = Letter { text: UnsafeCell::new(0), ready: AtomicBool::new(false) };
    thread::scope(|threads| {
        threads.spawn(|| write(&letter));
        threads.spawn(|| read(&letter));
    });
}
