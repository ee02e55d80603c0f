//! It waits for a message that nobody sends, and goes on when the sender is gone.

use std::time::{Duration, Instant};

use crossbeam_channel::Receiver;

/// Calls `work` after one period, after two, and so on, counted from the call. If a time has
/// passed while `work` took long, it is left out. Returns as soon as the sender of `stop` is
/// dropped.
pub fn every(period: Duration, stop: &Receiver<()>, mut work: impl FnMut()) {
    let mut next = Instant::now() + period;
    while stop.recv_deadline(next).is_err() {
        work();
        let now = Instant::now();
        while next <= now {
            next += period;
        }
    }
}
