//! What a compiler may do: a writer and a reader whose flag is `Relaxed`. This program is wrong: it has a data race.
//!
//!     rustc -O --edition 2024 lessons/publish/compiled.rs --out-dir target
//!     target/compiled
//!
//! Chapter: book/chapters/en/publish.md
//! Try: `Release` for the store and `Acquire` for the loads.

use std::cell::UnsafeCell;
use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering::Relaxed;
use std::{hint, thread};

const PAGES: u32 = 1_000_000_000;

// ANCHOR: compiled
/// How many pages are written, and how many are ready to be read.
struct Book {
    written: UnsafeCell<u32>,
    ready: AtomicU32,
}

// SAFETY: none is possible, and that is the mistake. `written` is read when `ready` says
// that it may be, but a Relaxed load orders nothing.
unsafe impl Sync for Book {}

fn write(book: &Book) {
    for page in 1..=PAGES {
        // SAFETY: as above.
        unsafe { *book.written.get() = page };
        book.ready.store(page, Relaxed);
    }
}

fn read(book: &Book) {
    let mut ready = 0;
    while ready < 1000 {
        hint::spin_loop();
        ready = book.ready.load(Relaxed);
    }
    // SAFETY: as above.
    let written = unsafe { *book.written.get() };
    println!("{ready} pages are ready, and {written} are written");
}
// ANCHOR_END: compiled

fn main() {
    let book = Book { written: UnsafeCell::new(0), ready: AtomicU32::new(0) };
    thread::scope(|threads| {
        threads.spawn(|| write(&book));
        threads.spawn(|| read(&book));
    });
}
