//! At most forty threads are started at once.

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
    let numbers: Vec<_> = (0..threads).collect();
    let mut sum = 0;
    for some in numbers.chunks(40) {
        sum += thread::scope(|scope| {
            let run = |n| {
                scope.spawn(move || {
                    work(n);
                    HITS.get()
                })
            };
            let threads: Vec<_> = some.iter().copied().map(run).collect();
            let hits = threads.into_iter().map(|thread| thread.join().unwrap());
            hits.sum::<u64>()
        });
    }
    sum
}
