//! At forty hits, a thread empties its own count into one that all share.

use std::cell::Cell;
use std::thread;

static TOTAL: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);

thread_local! {
    static HITS: Cell<u64> = const { Cell::new(0) };
}

/// Counts one hit, of the thread that calls this.
pub fn hit() {
    HITS.set(HITS.get() + 1);
    if HITS.get() == 40 {
        TOTAL.fetch_add(HITS.take(), std::sync::atomic::Ordering::Relaxed);
    }
}

/// Runs `work(0)`, `work(1)` and so on, each in a thread of its own. Returns how often
/// these threads have called `hit`.
pub fn hits(threads: usize, work: impl Fn(usize) + Sync) -> u64 {
    let work = &work;
    let before = TOTAL.load(std::sync::atomic::Ordering::Relaxed);
    let own: u64 = thread::scope(|scope| {
        let all: Vec<_> = (0..threads)
            .map(|n| {
                scope.spawn(move || {
                    work(n);
                    HITS.get()
                })
            })
            .collect();
        all.into_iter().map(|one| one.join().unwrap()).sum()
    });
    own + TOTAL.load(std::sync::atomic::Ordering::Relaxed) - before
}
