//! All threads count in one atomic number. A hit is a step that others see.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::thread;

static HITS: AtomicU64 = AtomicU64::new(0);

/// Counts one hit, of the thread that calls this.
pub fn hit() {
    HITS.fetch_add(1, Relaxed);
}

/// Runs `work(0)`, `work(1)` and so on, each in a thread of its own. Returns how often
/// these threads have called `hit`.
pub fn hits(threads: usize, work: impl Fn(usize) + Sync) -> u64 {
    HITS.store(0, Relaxed);
    let work = &work;
    thread::scope(|scope| {
        for n in 0..threads {
            scope.spawn(move || work(n));
        }
    });
    HITS.load(Relaxed)
}
