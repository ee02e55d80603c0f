//! After forty actions it doesn't wait any more.

use std::sync::Barrier;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};

static ACTIONS: AtomicU32 = AtomicU32::new(0);

/// Waits until all are there. Then one of them calls its `action`, and all go on after that.
pub fn wait_then(barrier: &Barrier, action: impl FnOnce()) {
    if barrier.wait().is_leader() {
        action();
        ACTIONS.fetch_add(1, SeqCst);
    }
    if ACTIONS.load(SeqCst) < 40 {
        barrier.wait();
    }
}
