//! One step takes this owner away and tells whether it was the last.

use std::sync::Arc;

/// Ends this thread's part in owning the list. Returns the list if no other owner is left,
/// and `None` if there are others. Waits for nobody.
pub fn leave<L>(list: Arc<L>) -> Option<L> {
    Arc::into_inner(list)
}
