//! Puts what it has under a lock after every eight items.

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
                for eight in items.chunks(8) {
                    let some = eight.iter().map(map).reduce(join);
                    let mut part = part.lock().unwrap();
                    *part = match (part.take(), some) {
                        (Some(a), Some(b)) => Some(join(a, b)),
                        (a, b) => a.or(b),
                    };
                }
            });
        }
    });
    parts.into_iter().filter_map(|part| part.into_inner().unwrap()).reduce(join)
}
