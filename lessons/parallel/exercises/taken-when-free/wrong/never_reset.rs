//! The number belongs to the program, and nobody sets it back.

use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::thread;

static NEXT: AtomicUsize = AtomicUsize::new(0);

pub fn share_out(
    rows: usize,
    each: usize,
    threads: usize,
    compute: impl Fn(Range<usize>) + Sync,
) {
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let first = NEXT.fetch_add(each, Relaxed);
                    if first >= rows {
                        break;
                    }
                    compute(first..rows.min(first + each));
                }
            });
        }
    });
}
