//! Each item is joined into the part under a lock of the part.

use std::sync::Mutex;
use std::thread;

pub fn reduce<I: Sync, T: Send>(
    items: &[I],
    threads: usize,
    map: impl Fn(&I) -> T + Sync,
    join: impl Fn(T, T) -> T + Sync,
) -> Option<T> {
    let from = |part: usize| part * items.len() / threads;
    let parts: Vec<Mutex<Option<T>>> = (0..threads).map(|_| Mutex::new(None)).collect();
    thread::scope(|scope| {
        let (map, join) = (&map, &join);
        for (n, part) in parts.iter().enumerate() {
            let items = &items[from(n)..from(n + 1)];
            scope.spawn(move || {
                for item in items {
                    let one = map(item);
                    let mut part = part.lock().unwrap();
                    *part = match part.take() {
                        Some(before) => Some(join(before, one)),
                        None => Some(one),
                    };
                }
            });
        }
    });
    parts.into_iter().filter_map(|part| part.into_inner().unwrap()).reduce(join)
}
