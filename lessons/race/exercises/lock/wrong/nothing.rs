//! Nothing is earned and nothing is spent.

/// Returns the balance at the beginning.
pub fn balance<I: Iterator<Item = i64> + Send>(_earned: I, _spent: I) -> i64 {
    0
}
