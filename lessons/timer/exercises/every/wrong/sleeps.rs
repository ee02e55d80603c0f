//! It keeps the plan, but the sleep can't be interrupted.

use std::thread;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, TryRecvError};

/// Calls `work` after one period, after two, and so on, counted from the call. If a time has
/// passed while `work` took long, it is left out. Returns as soon as the sender of `stop` is
/// dropped.
pub fn every(period: Duration, stop: &Receiver<()>, mut work: impl FnMut()) {
    let mut next = Instant::now() + period;
    loop {
        thread::sleep(next.saturating_duration_since(Instant::now()));
        if stop.try_recv() == Err(TryRecvError::Disconnected) {
            return;
        }
        work();
        let now = Instant::now();
        while next <= now {
            next += period;
        }
    }
}
