//! It tries forty times before it leaves.

use std::sync::Arc;
use std::thread;

/// Ends this thread's part in owning the list. Returns the list if no other owner is left,
/// and `None` if there are others. Waits for nobody.
pub fn leave<L>(mut list: Arc<L>) -> Option<L> {
    for _ in 0..40 {
        match Arc::try_unwrap(list) {
            Ok(list) => return Some(list),
            Err(back) => list = back,
        }
        thread::yield_now();
    }
    None
}
