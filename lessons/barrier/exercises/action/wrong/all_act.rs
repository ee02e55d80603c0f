//! All are there, and all of them act.

use std::sync::Barrier;

/// Waits until all are there. Then one of them calls its `action`, and all go on after that.
pub fn wait_then(barrier: &Barrier, action: impl FnOnce()) {
    barrier.wait();
    action();
    barrier.wait();
}
