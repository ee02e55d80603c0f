//! An explicit join waits for the destructors.
//!
//! Source: rust-lang/rust#116179, #116237, #149482 (a scope's own join does not wait for destructors of thread-locals).

use std::cell::Cell;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::thread;

static SUM: AtomicU32 = AtomicU32::new(0);

struct AddedAtTheEnd(Cell<u32>);

impl Drop for AddedAtTheEnd {
    fn drop(&mut self) {
        SUM.fetch_add(self.0.get(), SeqCst);
    }
}

thread_local! {
    static MINE: AddedAtTheEnd = const { AddedAtTheEnd(Cell::new(0)) };
}

pub fn body() {
    let before = SUM.load(SeqCst);
    thread::scope(|s| {
        let thread = s.spawn(|| MINE.with(|mine| mine.0.set(5)));
        thread.join().unwrap();
    });
    assert_eq!(SUM.load(SeqCst) - before, 5, "the scope is over, the thread is not");
}
