//! Right, and all in the thread that calls.

/// Adds all that is earned and takes away all that is spent.
pub fn balance<I: Iterator<Item = i64> + Send>(earned: I, spent: I) -> i64 {
    earned.sum::<i64>() - spent.sum::<i64>()
}
