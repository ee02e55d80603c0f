//! The threads only map, and the caller joins.

use std::thread;

pub fn reduce<I: Sync, T: Send>(
    items: &[I],
    threads: usize,
    map: impl Fn(&I) -> T + Sync,
    join: impl Fn(T, T) -> T + Sync,
) -> Option<T> {
    let from = |part: usize| part * items.len() / threads;
    thread::scope(|scope| {
        let map = &map;
        let start = |part| {
            let items = &items[from(part)..from(part + 1)];
            scope.spawn(move || items.iter().map(map).collect::<Vec<T>>())
        };
        let parts: Vec<_> = (0..threads).map(start).collect();
        let parts =
            parts.into_iter().flat_map(|part| part.join().expect("it doesn't panic"));
        parts.reduce(join)
    })
}
