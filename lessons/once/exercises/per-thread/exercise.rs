//! Count in each thread, and add up at the end.
//!
//! Each thread counts its hits in a variable of its own, without a lock and without an
//! atomic step. That is right. But `hits` returns 0. Let it return the hits of all the
//! threads that it has started.
//!
//!     cargo exercise check once/per-thread

use std::cell::Cell;
use std::thread;

thread_local! {
    static HITS: Cell<u64> = const { Cell::new(0) };
}

/// Counts one hit, of the thread that calls this.
pub fn hit() {
    HITS.set(HITS.get() + 1);
}

/// Runs `work(0)`, `work(1)` and so on, each in a thread of its own. Returns how often
/// these threads have called `hit`.
pub fn hits(threads: usize, work: impl Fn(usize) + Sync) -> u64 {
    let work = &work;
    thread::scope(|scope| {
        for n in 0..threads {
            scope.spawn(move || work(n));
        }
    });
    HITS.get()
}
