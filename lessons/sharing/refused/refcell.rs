//! Two threads change one value, by a type that is made for one thread.
//!
//! Refused: E0277

use std::cell::RefCell;
use std::thread;

// ANCHOR: refused
fn main() {
    let pages = RefCell::new(0);
    thread::scope(|threads| {
        threads.spawn(|| *pages.borrow_mut() += 1);
        *pages.borrow_mut() += 1;
    });
    println!("{} pages are read", pages.into_inner());
}
// ANCHOR_END: refused
