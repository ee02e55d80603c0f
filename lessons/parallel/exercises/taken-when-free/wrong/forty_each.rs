//! A thread gives up after forty pieces.

use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::thread;

pub fn share_out(
    rows: usize,
    each: usize,
    threads: usize,
    compute: impl Fn(Range<usize>) + Sync,
) {
    let next = AtomicUsize::new(0);
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                for _ in 0..40 {
                    let first = next.fetch_add(each, Relaxed);
                    if first < rows {
                        compute(first..rows.min(first + each));
                    }
                }
            });
        }
    });
}
