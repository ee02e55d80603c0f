//! The parts are joined in the order in which they are done.

use std::sync::Mutex;
use std::thread;

pub fn reduce<I: Sync, T: Send>(
    items: &[I],
    threads: usize,
    map: impl Fn(&I) -> T + Sync,
    join: impl Fn(T, T) -> T + Sync,
) -> Option<T> {
    let from = |part: usize| part * items.len() / threads;
    let parts = Mutex::new(Vec::new());
    thread::scope(|scope| {
        let (parts, map, join) = (&parts, &map, &join);
        for part in 0..threads {
            let items = &items[from(part)..from(part + 1)];
            scope.spawn(move || {
                let part = items.iter().map(map).reduce(join);
                parts.lock().unwrap().push(part);
            });
        }
    });
    parts.into_inner().unwrap().into_iter().flatten().reduce(join)
}
