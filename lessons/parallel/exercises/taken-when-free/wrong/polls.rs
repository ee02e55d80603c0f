//! A thread with nothing left looks again and again until all is done.

use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::thread;

pub fn share_out(
    rows: usize,
    each: usize,
    threads: usize,
    compute: impl Fn(Range<usize>) + Sync,
) {
    let (next, done) = (AtomicUsize::new(0), AtomicUsize::new(0));
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while done.load(SeqCst) < rows {
                    let first = next.fetch_add(each, SeqCst);
                    if first < rows {
                        let piece = first..rows.min(first + each);
                        let length = piece.len();
                        compute(piece);
                        done.fetch_add(length, SeqCst);
                    } else {
                        thread::yield_now();
                    }
                }
            });
        }
    });
}
