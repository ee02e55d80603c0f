//! The number belongs to the program, so only one picture at a time.

use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::thread;

static NEXT: AtomicUsize = AtomicUsize::new(0);

pub fn share_out(
    rows: usize,
    each: usize,
    threads: usize,
    compute: impl Fn(Range<usize>) + Sync,
) {
    NEXT.store(0, SeqCst);
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let first = NEXT.fetch_add(each, SeqCst);
                    if first >= rows {
                        break;
                    }
                    compute(first..rows.min(first + each));
                }
            });
        }
    });
}
