//! The total is one variable for all calls, and nobody sets it back.

use std::cell::Cell;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::thread;

static TOTAL: AtomicU64 = AtomicU64::new(0);

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
            scope.spawn(move || {
                work(n);
                TOTAL.fetch_add(HITS.get(), Relaxed);
            });
        }
    });
    TOTAL.load(Relaxed)
}
