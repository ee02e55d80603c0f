//! Reads the number and raises it in two steps.

use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
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
                loop {
                    let first = next.load(SeqCst);
                    if first >= rows {
                        break;
                    }
                    next.store(first + each, SeqCst);
                    compute(first..rows.min(first + each));
                }
            });
        }
    });
}
