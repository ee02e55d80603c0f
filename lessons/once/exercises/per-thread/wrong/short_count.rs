//! A count of sixteen bits is full after 65 535 hits.

use std::cell::Cell;
use std::thread;

thread_local! {
    static HITS: Cell<u16> = const { Cell::new(0) };
}

/// Counts one hit, of the thread that calls this.
pub fn hit() {
    HITS.set(HITS.get().wrapping_add(1));
}

/// Runs `work(0)`, `work(1)` and so on, each in a thread of its own. Returns how often
/// these threads have called `hit`.
pub fn hits(threads: usize, work: impl Fn(usize) + Sync) -> u64 {
    let work = &work;
    thread::scope(|scope| {
        let run = |n| {
            scope.spawn(move || {
                work(n);
                u64::from(HITS.get())
            })
        };
        let threads: Vec<_> = (0..threads).map(run).collect();
        threads.into_iter().map(|thread| thread.join().expect("it doesn't panic")).sum()
    })
}
