//! Each thread adds its hits to the total when its variable is dropped. A scope doesn't wait for that.

use std::cell::Cell;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::thread;

/// The hits of a thread, and where to add them at its end.
struct Own {
    hits: Cell<u64>,
    total: Cell<Option<Arc<AtomicU64>>>,
}

impl Drop for Own {
    fn drop(&mut self) {
        if let Some(total) = self.total.take() {
            total.fetch_add(self.hits.get(), Relaxed);
        }
    }
}

thread_local! {
    static OWN: Own = const { Own { hits: Cell::new(0), total: Cell::new(None) } };
}

/// Counts one hit, of the thread that calls this.
pub fn hit() {
    OWN.with(|own| own.hits.set(own.hits.get() + 1));
}

/// Runs `work(0)`, `work(1)` and so on, each in a thread of its own. Returns how often
/// these threads have called `hit`.
pub fn hits(threads: usize, work: impl Fn(usize) + Sync) -> u64 {
    let (work, total) = (&work, Arc::default());
    thread::scope(|scope| {
        for n in 0..threads {
            let total = Arc::clone(&total);
            scope.spawn(move || {
                OWN.with(|own| own.total.set(Some(total)));
                work(n);
            });
        }
    });
    total.load(Relaxed)
}
