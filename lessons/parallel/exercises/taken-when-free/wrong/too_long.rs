//! Lets the last piece go on below the picture.

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
                loop {
                    let first = next.fetch_add(each, Relaxed);
                    if first >= rows {
                        break;
                    }
                    compute(first..first + each);
                }
            });
        }
    });
}
