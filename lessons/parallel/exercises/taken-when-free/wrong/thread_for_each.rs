//! A thread for each piece.

use std::ops::Range;
use std::thread;

pub fn share_out(
    rows: usize,
    each: usize,
    threads: usize,
    compute: impl Fn(Range<usize>) + Sync,
) {
    let _ = threads;
    thread::scope(|scope| {
        let compute = &compute;
        for first in (0..rows).step_by(each) {
            scope.spawn(move || compute(first..rows.min(first + each)));
        }
    });
}
