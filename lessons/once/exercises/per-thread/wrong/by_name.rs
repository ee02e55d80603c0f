//! All counts are in one map behind a lock, by their threads.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex};
use std::thread::{self, ThreadId};

static HITS: LazyLock<Mutex<HashMap<ThreadId, u64>>> = LazyLock::new(Mutex::default);

/// Counts one hit, of the thread that calls this.
pub fn hit() {
    *HITS.lock().unwrap().entry(thread::current().id()).or_default() += 1;
}

/// Runs `work(0)`, `work(1)` and so on, each in a thread of its own. Returns how often
/// these threads have called `hit`.
pub fn hits(threads: usize, work: impl Fn(usize) + Sync) -> u64 {
    let work = &work;
    thread::scope(|scope| {
        let run = |n| {
            scope.spawn(move || {
                work(n);
                HITS.lock().unwrap().remove(&thread::current().id()).unwrap_or(0)
            })
        };
        let threads: Vec<_> = (0..threads).map(run).collect();
        threads.into_iter().map(|thread| thread.join().expect("it doesn't panic")).sum()
    })
}
