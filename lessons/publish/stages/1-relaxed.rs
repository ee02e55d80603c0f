//! A text that is no atomic, and a flag that is `Relaxed`. This program is wrong: it has a data race.
//!
//!     cargo explore lessons/publish/stages/1-relaxed.rs
//!
//! Chapter: book/chapters/en/publish.md
//! Try: `Release` for the store of the flag, and `Acquire` for its load.

use std::cell::UnsafeCell;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::Relaxed;
use std::thread;

// ANCHOR: cell
struct Letter {
    text: UnsafeCell<u32>,
    ready: AtomicBool,
}

// SAFETY: the text is written before `ready` is set, and read only after it was seen
// to be set. With `Relaxed`, that is not enough.
unsafe impl Sync for Letter {}

fn write(letter: &Letter) {
    // SAFETY: as above.
    unsafe { *letter.text.get() = 7 };
    letter.ready.store(true, Relaxed);
}

fn read(letter: &Letter) {
    if letter.ready.load(Relaxed) {
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
