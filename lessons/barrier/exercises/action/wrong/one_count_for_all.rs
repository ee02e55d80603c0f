//! The end of an action is told by one count for all barriers.

use std::sync::{Barrier, Condvar, Mutex};
static DONE: Mutex<usize> = Mutex::new(0);
static TOLD: Condvar = Condvar::new();
pub fn wait_then(barrier: &Barrier, action: impl FnOnce()) {
    let before = *DONE.lock().unwrap();
    if barrier.wait().is_leader() {
        action();
        *DONE.lock().unwrap() += 1;
        TOLD.notify_all();
    } else {
        drop(TOLD.wait_while(DONE.lock().unwrap(), |done| *done == before).unwrap());
    }
}
