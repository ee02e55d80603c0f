//! Nobody is asked.

/// Returns no answers.
pub fn ask_all<T: Send>(_names: &[&str], _ask: impl Fn() -> T + Sync) -> Vec<T> {
    Vec::new()
}
