//! With two owners, it leaves in one step. With more of them, it looks first.

use std::sync::Arc;

/// Ends this thread's part in owning the list. Returns the list if no other owner is left,
/// and `None` if there are others. Waits for nobody.
pub fn leave<L>(list: Arc<L>) -> Option<L> {
    if Arc::strong_count(&list) > 2 {
        return None;
    }
    Arc::into_inner(list)
}
