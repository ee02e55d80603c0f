//! An iterator does nothing in advance: each thread is joined before the next one starts.

use std::thread;

/// Calls `ask` in a thread for each name, and returns the answers in the order of the
/// names.
pub fn ask_all<T: Send>(names: &[&str], ask: impl Fn() -> T + Sync) -> Vec<T> {
    thread::scope(|threads| {
        names
            .iter()
            .map(|name| thread::Builder::new().name(name.to_string()))
            .map(|named| named.spawn_scoped(threads, &ask).expect("a thread"))
            .map(|thread| thread.join().expect("it does not panic"))
            .collect()
    })
}
