//! Wrong: a slow thread may take longer than a thousand looks.

use std::thread;
use std::time::Duration;

/// Calls `ask` in a thread for each name, and returns the answers in the order of the
/// names.
pub fn ask_all<T: Send>(names: &[&str], ask: impl Fn() -> T + Sync) -> Vec<T> {
    thread::scope(|threads| {
        let mut started = Vec::new();
        for &name in names {
            let named = thread::Builder::new().name(name.into());
            let thread = named.spawn_scoped(threads, &ask);
            started.push(thread.expect("the system starts a thread"));
        }
        for _ in 0..1000 {
            if started.iter().all(|thread| thread.is_finished()) {
                break;
            }
            thread::sleep(Duration::from_millis(1));
        }
        started.retain(|thread| thread.is_finished());
        let answers = started.into_iter().map(|thread| thread.join());
        answers.map(|answer| answer.expect("it does not panic")).collect()
    })
}
