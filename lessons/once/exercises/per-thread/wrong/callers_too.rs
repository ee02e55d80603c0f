//! The caller's own hits are added.

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
        let run = |n| {
            scope.spawn(move || {
                work(n);
                HITS.get()
            })
        };
        let threads: Vec<_> = (0..threads).map(run).collect();
        threads
            .into_iter()
            .map(|thread| thread.join().expect("it doesn't panic"))
            .sum::<u64>()
            + HITS.get()
    })
}
