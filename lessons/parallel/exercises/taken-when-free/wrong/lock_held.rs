//! Holds the lock while it computes: the guard lives to the end of the loop's body.

use std::ops::Range;
use std::sync::Mutex;
use std::thread;

pub fn share_out(
    rows: usize,
    each: usize,
    threads: usize,
    compute: impl Fn(Range<usize>) + Sync,
) {
    let pieces =
        Mutex::new((0..rows).step_by(each).map(|first| first..rows.min(first + each)));
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some(piece) = pieces.lock().unwrap().next() {
                    compute(piece);
                }
            });
        }
    });
}
