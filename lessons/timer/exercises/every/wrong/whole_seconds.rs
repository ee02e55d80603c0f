//! The plan is kept by counting the whole seconds since the start. The period isn't a number of whole seconds.

use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, RecvTimeoutError};

/// Calls `work` after one period, after two, and so on, counted from the call. If a time has
/// passed while `work` took long, it is left out. Returns as soon as the sender of `stop` is
/// dropped.
pub fn every(period: Duration, stop: &Receiver<()>, mut work: impl FnMut()) {
    let start = Instant::now();
    loop {
        let into = start.elapsed().as_secs() % period.as_secs();
        let wait = Duration::from_secs(period.as_secs() - into);
        if stop.recv_timeout(wait) != Err(RecvTimeoutError::Timeout) {
            return;
        }
        work();
    }
}
