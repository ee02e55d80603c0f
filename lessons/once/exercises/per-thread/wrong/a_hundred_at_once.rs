//! A hundred threads at a time, and the next hundred when these are done.

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
    let all: Vec<_> = (0..threads).collect();
    all.chunks(100)
        .map(|threads| {
            thread::scope(|scope| {
                let run = |n| {
                    scope.spawn(move || {
                        work(n);
                        HITS.get()
                    })
                };
                let threads: Vec<_> = threads.iter().copied().map(run).collect();
                threads
                    .into_iter()
                    .map(|thread| thread.join().expect("it doesn't panic"))
                    .sum::<u64>()
            })
        })
        .sum()
}
