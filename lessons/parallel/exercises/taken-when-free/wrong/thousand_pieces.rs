//! A thousand pieces are computed, and no more.

use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::thread;

/// Cuts this many rows into pieces of `each` rows, one or more, and calls `compute` for
/// each piece, on this many threads. The last piece may have fewer rows.
pub fn share_out(
    rows: usize,
    each: usize,
    threads: usize,
    compute: impl Fn(Range<usize>) + Sync,
) {
    let next = AtomicUsize::new(0);
    let take = || {
        let first = next.fetch_add(each, Relaxed);
        (first < rows.min(1000 * each)).then(|| first..rows.min(first + each))
    };
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some(piece) = take() {
                    compute(piece);
                }
            });
        }
    });
}
