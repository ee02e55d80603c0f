//! All threads wait for each other before they take the next pieces.

use std::ops::Range;
use std::sync::Barrier;
use std::thread;

pub fn share_out(
    rows: usize,
    each: usize,
    threads: usize,
    compute: impl Fn(Range<usize>) + Sync,
) {
    let round = Barrier::new(threads);
    thread::scope(|scope| {
        let (compute, round) = (&compute, &round);
        for thread in 0..threads {
            scope.spawn(move || {
                for first in (0..rows).step_by(threads * each) {
                    let first = first + thread * each;
                    if first < rows {
                        compute(first..rows.min(first + each));
                    }
                    round.wait();
                }
            });
        }
    });
}
