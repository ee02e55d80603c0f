//! The items are taken one by one, when a thread is free.

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::thread;

pub fn reduce<I: Sync, T: Send>(
    items: &[I],
    threads: usize,
    map: impl Fn(&I) -> T + Sync,
    join: impl Fn(T, T) -> T + Sync,
) -> Option<T> {
    let next = AtomicUsize::new(0);
    let mut all: Vec<(usize, T)> = thread::scope(|scope| {
        let (next, map) = (&next, &map);
        let start = |_| {
            scope.spawn(move || {
                let mut own = Vec::new();
                loop {
                    let n = next.fetch_add(1, Relaxed);
                    let Some(item) = items.get(n) else { return own };
                    own.push((n, map(item)));
                }
            })
        };
        let parts: Vec<_> = (0..threads).map(start).collect();
        parts
            .into_iter()
            .flat_map(|part| part.join().expect("it doesn't panic"))
            .collect()
    });
    all.sort_by_key(|&(n, _)| n);
    all.into_iter().map(|(_, one)| one).reduce(join)
}
