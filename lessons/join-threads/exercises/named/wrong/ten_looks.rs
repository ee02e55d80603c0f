//! It looks ten times whether all are done, and leaves out who is not.

use std::thread;

pub fn ask_all<T: Send>(names: &[&str], ask: impl Fn() -> T + Sync) -> Vec<T> {
    thread::scope(|s| {
        let ask = &ask;
        let t: Vec<_> = names
            .iter()
            .map(|&n| {
                thread::Builder::new()
                    .name(n.into())
                    .spawn_scoped(s, ask)
                    .expect("nobody panics")
            })
            .collect();
        for _ in 0..10 {
            if t.iter().all(|t| t.is_finished()) {
                break;
            }
            thread::sleep(std::time::Duration::from_secs(1));
        }
        t.into_iter()
            .filter(|t| t.is_finished())
            .map(|t| t.join().expect("nobody panics"))
            .collect()
    })
}
