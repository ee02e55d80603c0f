//! The threads are there and are joined, but nobody has named them.

use std::thread;

/// Calls `ask` in a thread for each name, and returns the answers in the order of the
/// names.
pub fn ask_all<T: Send>(names: &[&str], ask: impl Fn() -> T + Sync) -> Vec<T> {
    thread::scope(|threads| {
        let started: Vec<_> = names.iter().map(|_| threads.spawn(&ask)).collect();
        let answers = started.into_iter().map(|thread| thread.join());
        answers.map(|answer| answer.expect("it does not panic")).collect()
    })
}
