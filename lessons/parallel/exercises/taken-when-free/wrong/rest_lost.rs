//! Counts whole pieces only.

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
                    let piece = next.fetch_add(1, Relaxed);
                    if piece >= rows / each {
                        break;
                    }
                    compute(piece * each..(piece + 1) * each);
                }
            });
        }
    });
}
