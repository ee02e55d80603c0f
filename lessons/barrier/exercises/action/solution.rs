//! The second wait is for the leader: it comes when the action is done.

use std::sync::Barrier;

/// Waits until all are there. Then one of them calls its `action`, and all go on after that.
pub fn wait_then(barrier: &Barrier, action: impl FnOnce()) {
    if barrier.wait().is_leader() {
        action();
    }
    barrier.wait();
}
