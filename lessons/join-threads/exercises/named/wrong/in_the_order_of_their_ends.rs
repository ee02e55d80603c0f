//! Each thread puts its answer at the end of a list. The first to be done is the first.

use std::sync::Mutex;
use std::thread;

/// Calls `ask` in a thread for each name, and returns the answers.
pub fn ask_all<T: Send>(names: &[&str], ask: impl Fn() -> T + Sync) -> Vec<T> {
    let answers = Mutex::new(Vec::new());
    thread::scope(|threads| {
        for &name in names {
            let named = thread::Builder::new().name(name.into());
            let thread = named.spawn_scoped(threads, || {
                let answer = ask();
                answers.lock().expect("nobody panics").push(answer);
            });
            thread.expect("the system starts a thread");
        }
    });
    answers.into_inner().expect("nobody panics")
}
