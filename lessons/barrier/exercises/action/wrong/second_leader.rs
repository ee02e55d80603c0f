//! The leader of the second wait acts, and nobody waits for that one either.

use std::sync::Barrier;

/// Waits until all are there. Then one of them calls its `action`, and all go on after that.
pub fn wait_then(barrier: &Barrier, action: impl FnOnce()) {
    barrier.wait();
    if barrier.wait().is_leader() {
        action();
    }
}
