//! Owners: an `Arc` of our own. The last of several owners drops the value.
//!
//!     cargo run -p lesson-owners
//!
//! Chapter: book/chapters/en/owners.md
//! Try: `std::mem::forget(letter);` below `work(0.5);`. Who drops the letter then?

use std::ops::Deref;
use std::process::ExitCode;
use std::ptr::NonNull;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use std::sync::atomic::{AtomicUsize, fence};
use std::{iter, thread};

use anyhow::{Result, ensure};
use shared::{run, say, work};

fn main() -> ExitCode {
    run(include_str!("main.rs"), lesson, &[])
}

// ANCHOR: lesson
fn lesson() -> Result<()> {
    let letter = Owner::new(Letter { text: "Dear all" });
    let owners: Vec<_> = iter::repeat_n(letter, 3).collect(); // two clones, and itself
    let mut readers = Vec::new();
    for (n, letter) in (1..).zip(owners) {
        let named = thread::Builder::new().name(format!("reader {n}"));
        readers.push(named.spawn(move || {
            say!("reads: {}", letter.text);
            work(0.5);
        })?);
    }
    readers.into_iter().for_each(|reader| reader.join().expect("no panic"));
    let dropped = DROPPED.load(Relaxed);
    say!("3 owners have dropped the letter {dropped} times");
    ensure!(dropped == 1, "one owner has to drop it, and no other");
    Ok(())
}

static DROPPED: AtomicUsize = AtomicUsize::new(0);
struct Letter {
    text: &'static str,
}
impl Drop for Letter {
    fn drop(&mut self) {
        say!("was the last owner: the letter goes");
        DROPPED.fetch_add(1, Relaxed);
    }
}
// ANCHOR_END: lesson
struct Owner<T>(NonNull<Shared<T>>);
struct Shared<T> {
    owners: AtomicUsize,
    value: T,
}
// SAFETY: all owners lend out one value, and the last one, in any thread, drops it.
unsafe impl<T: Send + Sync> Send for Owner<T> {}

impl<T> Owner<T> {
    fn new(value: T) -> Self {
        let shared = Box::new(Shared { owners: AtomicUsize::new(1), value });
        Owner(NonNull::from(Box::leak(shared)))
    }
    fn shared(&self) -> &Shared<T> {
        // SAFETY: it is there as long as there is an owner, and this is one.
        unsafe { self.0.as_ref() }
    }
}
impl<T> Deref for Owner<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.shared().value
    }
}
impl<T> Clone for Owner<T> {
    fn clone(&self) -> Self {
        self.shared().owners.fetch_add(1, Relaxed);
        Owner(self.0)
    }
}
impl<T> Drop for Owner<T> {
    fn drop(&mut self) {
        if self.shared().owners.fetch_sub(1, Release) == 1 {
            fence(Acquire);
            // SAFETY: this was the last owner, and `new` has made a box of it.
            drop(unsafe { Box::from_raw(self.0.as_ptr()) });
        }
    }
}
