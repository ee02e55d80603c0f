//! A thread has every other item, and not those that follow each other.

use std::thread;

pub fn reduce<I: Sync, T: Send>(
    items: &[I],
    threads: usize,
    map: impl Fn(&I) -> T + Sync,
    join: impl Fn(T, T) -> T + Sync,
) -> Option<T> {
    thread::scope(|scope| {
        let (map, join) = (&map, &join);
        let start = |part| {
            scope.spawn(move || {
                items.iter().skip(part).step_by(threads).map(map).reduce(join)
            })
        };
        let parts: Vec<_> = (0..threads).map(start).collect();
        let parts =
            parts.into_iter().map(|part| part.join().expect("it doesn't panic"));
        parts.flatten().reduce(join)
    })
}
