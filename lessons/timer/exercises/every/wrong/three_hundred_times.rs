//! It works three hundred times, and no more.

use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, RecvTimeoutError};

/// Calls `work` after one period, after two, and so on, counted from the call. If a time has
/// passed while `work` took long, it is left out. Returns as soon as the sender of `stop` is
/// dropped.
pub fn every(period: Duration, stop: &Receiver<()>, mut work: impl FnMut()) {
    let mut n = 0;
    let mut next = Instant::now() + period;
    while stop.recv_deadline(next) == Err(RecvTimeoutError::Timeout) {
        n += 1;
        if n > 300 {
            return;
        }
        work();
        let now = Instant::now();
        while next <= now {
            next += period;
        }
    }
}
