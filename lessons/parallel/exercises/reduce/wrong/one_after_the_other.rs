//! Waits for each thread before it starts the next.

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
        let part = |part| {
            let items = &items[from(part)..from(part + 1)];
            let part = scope.spawn(move || items.iter().map(map).reduce(join));
            part.join().expect("it doesn't panic")
        };
        (0..threads).filter_map(part).reduce(join)
    })
}
