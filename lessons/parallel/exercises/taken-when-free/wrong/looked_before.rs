//! Looks whether something is left, and takes it after that.

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
                while next.load(SeqCst) < rows {
                    let first = next.fetch_add(each, SeqCst);
                    compute(first..rows.min(first + each));
                }
            });
        }
    });
}
