//! A hundred threads at a time, and the next hundred when these are done.

use std::thread;

/// Joins what `map` makes of the items, in their order, on this many threads. Without
/// items, there is nothing.
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
        let mut all = Vec::new();
        for first in (0..threads).step_by(100) {
            let parts: Vec<_> = (first..threads.min(first + 100)).map(start).collect();
            all.extend(
                parts.into_iter().map(|part| part.join().expect("it doesn't panic")),
            );
        }
        all.into_iter().flatten().reduce(join)
    })
}
