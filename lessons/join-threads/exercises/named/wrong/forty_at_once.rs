//! Forty threads are started, and the next ones wait for their end.

use std::thread;

pub fn ask_all<T: Send>(names: &[&str], ask: impl Fn() -> T + Sync) -> Vec<T> {
    let ask = &ask;
    let mut answers = Vec::new();
    for forty in names.chunks(40) {
        thread::scope(|s| {
            let threads: Vec<_> = forty
                .iter()
                .map(|name| {
                    thread::Builder::new()
                        .name(name.to_string())
                        .spawn_scoped(s, || ask())
                        .expect("nobody panics")
                })
                .collect();
            answers.extend(
                threads.into_iter().map(|thread| thread.join().expect("nobody panics")),
            );
        });
    }
    answers
}
