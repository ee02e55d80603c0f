//! It can be interrupted, but each time is counted from the end of the work.

use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, RecvTimeoutError};

/// Calls `work` after one period, after two, and so on, counted from the call. If a time has
/// passed while `work` took long, it is left out. Returns as soon as the sender of `stop` is
/// dropped.
pub fn every(period: Duration, stop: &Receiver<()>, mut work: impl FnMut()) {
    while stop.recv_deadline(Instant::now() + period) == Err(RecvTimeoutError::Timeout)
    {
        work();
    }
}
