//! Let one act for all.
//!
//! Each thread calls `wait_then`. When all are there, one of them calls the action, and
//! all of them go on when it is done. But some go on too early.
//!
//!     cargo exercise check barrier/action

use std::sync::Barrier;

/// Waits until all are there. Then one of them calls its `action`, and all go on after that.
pub fn wait_then(barrier: &Barrier, action: impl FnOnce()) {
    if barrier.wait().is_leader() {
        action();
    }
}
