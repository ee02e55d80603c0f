//! Parts of equal length, rounded up: the last threads may get nothing.

use std::thread;

pub fn reduce<I: Sync, T: Send>(
    items: &[I],
    threads: usize,
    map: impl Fn(&I) -> T + Sync,
    join: impl Fn(T, T) -> T + Sync,
) -> Option<T> {
    let each = items.len().div_ceil(threads).max(1);
    thread::scope(|scope| {
        let (map, join) = (&map, &join);
        let parts = items
            .chunks(each)
            .map(|items| scope.spawn(move || items.iter().map(map).reduce(join)));
        let parts: Vec<_> = parts.collect();
        let parts =
            parts.into_iter().map(|part| part.join().expect("it doesn't panic"));
        parts.flatten().reduce(join)
    })
}
