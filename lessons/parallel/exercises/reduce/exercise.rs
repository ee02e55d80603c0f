//! Several threads compute something of each item, and join it into one shared value. Let
//! each thread join its own part, and join the parts at the end.
//!
//! Check it: cargo exercise check parallel/reduce

use std::sync::Mutex;
use std::thread;

/// Joins what `map` makes of the items, in their order, on this many threads. Without
/// items, there is nothing.
pub fn reduce<I: Sync, T: Send>(
    items: &[I],
    threads: usize,
    map: impl Fn(&I) -> T + Sync,
    join: impl Fn(T, T) -> T + Sync,
) -> Option<T> {
    let all: Mutex<Option<T>> = Mutex::new(None);
    thread::scope(|scope| {
        let (all, map, join) = (&all, &map, &join);
        for thread in 0..threads {
            scope.spawn(move || {
                for item in items.iter().skip(thread).step_by(threads) {
                    let one = map(item);
                    let mut all = all.lock().unwrap();
                    *all = match all.take() {
                        Some(before) => Some(join(before, one)),
                        None => Some(one),
                    };
                }
            });
        }
    });
    all.into_inner().unwrap()
}
