//! The calling thread computes too, in place of one of the others.

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
    let work = || {
        loop {
            let first = next.fetch_add(each, Relaxed);
            if first >= rows {
                break;
            }
            compute(first..rows.min(first + each));
        }
    };
    thread::scope(|scope| {
        for _ in 1..threads {
            scope.spawn(work);
        }
        work();
    });
}
