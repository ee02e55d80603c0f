//! The first one that came here acts, in this program, and no other one in any later round.

use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};

static ACTED: AtomicBool = AtomicBool::new(false);

/// Waits until all are there. Then one of them calls its `action`, and all go on after that.
pub fn wait_then(barrier: &Barrier, action: impl FnOnce()) {
    barrier.wait();
    if !ACTED.swap(true, SeqCst) {
        action();
    }
    barrier.wait();
}
