//! The leader doesn't come to the second wait, and the others wait for it for ever.

use std::sync::Barrier;

/// Waits until all are there. Then one of them calls its `action`, and all go on after that.
pub fn wait_then(barrier: &Barrier, action: impl FnOnce()) {
    if barrier.wait().is_leader() {
        action();
    } else {
        barrier.wait();
    }
}
