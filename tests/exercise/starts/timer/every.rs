//! Every half second, without drift.
//!
//! This function works again and again. Each time is counted from the end of the work, so
//! the times drift away from the plan. And a sleep can't be interrupted.
//!
//!     cargo exercise check timer/every

use std::thread;
use std::time::Duration;

use crossbeam_channel::{Receiver, TryRecvError};

/// Calls `work` after one period, after two, and so on, counted from the call. If a time has
/// passed while `work` took long, it is left out. Returns as soon as the sender of `stop` is
/// dropped.
pub fn every(period: Duration, stop: &Receiver<()>, mut work: impl FnMut()) {
    loop {
        thread::sleep(period);
        if stop.try_recv() == Err(TryRecvError::Disconnected) {
            return;
        }
        work();
    }
}
