//! With three owners, it leaves in one step. With more of them, it looks first.

use std::sync::Arc;
pub fn leave<L>(list: Arc<L>) -> Option<L> {
    if Arc::strong_count(&list) > 3 {
        return None;
    }
    Arc::into_inner(list)
}
