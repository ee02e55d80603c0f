//! It works for the first time at once.

use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, RecvTimeoutError};

/// Calls `work` after one period, after two, and so on, counted from the call. If a time has
/// passed while `work` took long, it is left out. Returns as soon as the sender of `stop` is
/// dropped.
pub fn every(period: Duration, stop: &Receiver<()>, mut work: impl FnMut()) {
    let mut next = Instant::now() + period;
    work();
    while stop.recv_deadline(next) == Err(RecvTimeoutError::Timeout) {
        work();
        let now = Instant::now();
        while next <= now {
            next += period;
        }
    }
}
