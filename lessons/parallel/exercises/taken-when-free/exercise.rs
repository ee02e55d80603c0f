//! Several threads share out the rows of a picture. It is decided beforehand which thread
//! gets which pieces. Let each take the next one when it is free.
//!
//! Check it: cargo exercise check parallel/taken-when-free

use std::ops::Range;
use std::thread;

/// Cuts this many rows into pieces of `each` rows, one or more, and calls `compute` for
/// each piece, on this many threads. The last piece may have fewer rows.
pub fn share_out(
    rows: usize,
    each: usize,
    threads: usize,
    compute: impl Fn(Range<usize>) + Sync,
) {
    let pieces: Vec<_> =
        (0..rows).step_by(each).map(|first| first..rows.min(first + each)).collect();
    let (pieces, compute) = (&pieces, &compute);
    thread::scope(|scope| {
        for thread in 0..threads {
            scope.spawn(move || {
                // Every thread has its own: thread 0 of 2 has the first, the third…
                for piece in pieces.iter().skip(thread).step_by(threads) {
                    compute(piece.clone());
                }
            });
        }
    });
}
