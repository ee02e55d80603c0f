//! The threads are kept by their names, and two can have the same one.

use std::thread;

pub fn ask_all<T: Send>(names: &[&str], ask: impl Fn() -> T + Sync) -> Vec<T> {
    thread::scope(|s| {
        let mut map = std::collections::HashMap::new();
        for &name in names {
            map.insert(
                name,
                thread::Builder::new()
                    .name(name.into())
                    .spawn_scoped(s, &ask)
                    .expect("nobody panics"),
            );
        }
        names
            .iter()
            .filter_map(|name| map.remove(name))
            .map(|t| t.join().expect("nobody panics"))
            .collect()
    })
}
