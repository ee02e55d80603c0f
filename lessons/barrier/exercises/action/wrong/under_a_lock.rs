//! The leader holds a lock while it acts. Another one may take the lock before it.

use std::sync::{Barrier, Mutex};

static ACTING: Mutex<()> = Mutex::new(());

/// Waits until all are there. Then one of them calls its `action`, and all go on after that.
pub fn wait_then(barrier: &Barrier, action: impl FnOnce()) {
    let leads = barrier.wait().is_leader();
    let acting = ACTING.lock();
    if leads {
        action();
    }
    drop(acting);
}
