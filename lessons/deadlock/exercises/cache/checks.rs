//! What every answer to `deadlock/cache` must hold.

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::thread;

use exercise::{Judge, Unseen};

use crate::answer::Cache;

pub fn judge(judge: &mut Judge) {
    judge.every_order("a computation can ask for another value", || {
        let cache = Cache::new();
        let computed = Unseen::new(Vec::new());
        assert_eq!(sum(&cache, &computed, 3), 6, "3 + 2 + 1 is 6");
        assert_eq!(sum(&cache, &computed, 2), 3, "2 + 1 is 3");
        let computed = computed.get();
        assert_eq!(computed, [3, 2, 1], "each value is computed once, and then known");
    });
    judge.every_order("two threads that want the same value both get it", || {
        let cache = Cache::new();
        let (computed, steps) = (Unseen::new(0), AtomicU32::new(0));
        thread::scope(|threads| {
            for _ in 0..2 {
                threads.spawn(|| {
                    let value = cache.get(1, || {
                        computed.update(|computed| *computed += 1);
                        steps.fetch_add(1, Relaxed); // it takes a while
                        7
                    });
                    assert_eq!(value, 7, "what `get` returned is not the value");
                });
            }
        });
        assert_eq!(computed.get(), 1, "how often this one value was computed");
    });
    judge.every_order(
        "a thread waits for the values it needs, and for no others",
        || {
            let cache = Cache::new();
            let computed = Unseen::new(Vec::new());
            thread::scope(|threads| {
                threads.spawn(|| sum(&cache, &computed, 2));
                threads.spawn(|| sum(&cache, &computed, 1));
                cache.get(3, || {
                    // Another thread gets its own value while this one is being computed.
                    let other = thread::scope(|inner| {
                        let other = inner.spawn(|| cache.get(4, || 4));
                        other.join().expect("it does not panic")
                    });
                    3 + other
                });
            });
            let mut computed = computed.get();
            computed.sort();
            assert_eq!(computed, [1, 2], "each value is computed once, and then known");
        },
    );
}

/// The sum of 1 to `n`, each part from the cache.
fn sum(cache: &Cache, computed: &Unseen<Vec<u32>>, n: u32) -> u32 {
    cache.get(n, || {
        computed.update(|computed| computed.push(n));
        if n == 1 { 1 } else { n + sum(cache, computed, n - 1) }
    })
}
