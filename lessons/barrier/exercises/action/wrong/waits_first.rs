//! Both waits come before the action.

use std::sync::Barrier;

/// Waits until all are there. Then one of them calls its `action`, and all go on after that.
pub fn wait_then(barrier: &Barrier, action: impl FnOnce()) {
    let leads = barrier.wait().is_leader();
    barrier.wait();
    if leads {
        action();
    }
}
