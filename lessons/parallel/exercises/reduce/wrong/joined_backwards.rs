//! Joins from the last part to the first, and turns the two around.

use std::thread;

pub fn reduce<I: Sync, T: Send>(
    items: &[I],
    threads: usize,
    map: impl Fn(&I) -> T + Sync,
    join: impl Fn(T, T) -> T + Sync,
) -> Option<T> {
    let from = |part: usize| part * items.len() / threads;
    thread::scope(|scope| {
        let (map, join) = (&map, &join);
        let start = |part| {
            let items = &items[from(part)..from(part + 1)];
            scope.spawn(move || items.iter().map(map).reduce(join))
        };
        let parts: Vec<_> = (0..threads).map(start).collect();
        let parts =
            parts.into_iter().rev().map(|part| part.join().expect("it doesn't panic"));
        parts.flatten().reduce(join)
    })
}
