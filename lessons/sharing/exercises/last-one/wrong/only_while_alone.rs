//! A lock keeps two apart who look, and they leave after it.

use std::sync::{Arc, Mutex};

static LOOKING: Mutex<()> = Mutex::new(());

/// Ends this thread's part in owning the list. Returns the list if no other owner is left,
/// and `None` if there are others. Waits for nobody.
pub fn leave<L>(list: Arc<L>) -> Option<L> {
    let looking = LOOKING.lock().unwrap();
    let alone = Arc::strong_count(&list) == 1;
    drop(looking);
    if alone { Arc::into_inner(list) } else { None }
}
