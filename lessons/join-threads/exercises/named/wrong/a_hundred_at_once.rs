//! A hundred threads at a time, and the next hundred when these are done.

use std::thread;

/// Calls `ask` in a thread for each name, and returns the answers in the order of the
/// names.
pub fn ask_all<T: Send>(names: &[&str], ask: impl Fn() -> T + Sync) -> Vec<T> {
    names
        .chunks(100)
        .flat_map(|names| {
            thread::scope(|threads| {
                let mut started = Vec::new();
                for &name in names {
                    let named = thread::Builder::new().name(name.into());
                    let thread = named.spawn_scoped(threads, &ask);
                    started.push(thread.expect("the system starts a thread"));
                }
                let answers = started.into_iter().map(|thread| thread.join());
                answers
                    .map(|answer| answer.expect("it does not panic"))
                    .collect::<Vec<_>>()
            })
        })
        .collect()
}
