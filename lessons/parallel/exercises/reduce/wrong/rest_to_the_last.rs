//! The last thread gets all that is left over.

use std::thread;

pub fn reduce<I: Sync, T: Send>(
    items: &[I],
    threads: usize,
    map: impl Fn(&I) -> T + Sync,
    join: impl Fn(T, T) -> T + Sync,
) -> Option<T> {
    let each = items.len() / threads;
    thread::scope(|scope| {
        let (map, join) = (&map, &join);
        let start = |part| {
            let end = if part + 1 == threads { items.len() } else { (part + 1) * each };
            let items = &items[part * each..end];
            scope.spawn(move || items.iter().map(map).reduce(join))
        };
        let parts: Vec<_> = (0..threads).map(start).collect();
        let parts =
            parts.into_iter().map(|part| part.join().expect("it doesn't panic"));
        parts.flatten().reduce(join)
    })
}
