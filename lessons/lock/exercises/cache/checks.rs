//! What every answer to `lock/cache` must hold.

use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering::SeqCst;
use std::thread;

use exercise::{Judge, Unseen};

use crate::answer::Cache;

pub fn judge(judge: &mut Judge) {
    judge.every_order("one thread alone computes each value once", || {
        let cache = Cache::new();
        assert_eq!(cache.get("a", || 1), 1, "the value of a");
        assert_eq!(cache.get("b", || 2), 2, "the value of b");
        let again = cache.get("a", || panic!("the value of a is computed twice"));
        assert_eq!(again, 1, "the value of a");
    });
    judge.every_order("two threads compute the same value once", || {
        let cache = Cache::new();
        let computed = AtomicU32::new(0);
        let get = || cache.get("a", || computed.fetch_add(1, SeqCst) + 1);
        let values = thread::scope(|threads| {
            let threads = [threads.spawn(get), threads.spawn(get)];
            threads.map(|thread| thread.join().expect("it does not panic"))
        });
        assert_eq!(computed.into_inner(), 1, "the value is computed twice");
        assert_eq!(values, [1, 1], "the value is 1 for both");
    });
    judge.some_order(
        "two threads can compute different values at the same time",
        "no order has two threads that compute at the same time, each its own value",
        || {
            let (at_work, both) = (AtomicU32::new(0), Unseen::new(false));
            let compute = || {
                if at_work.fetch_add(1, SeqCst) == 1 {
                    both.set(true);
                }
                at_work.fetch_sub(1, SeqCst)
            };
            let cache = Cache::new();
            thread::scope(|threads| {
                threads.spawn(|| cache.get("a", compute));
                threads.spawn(|| cache.get("b", compute));
            });
            both.get()
        },
    );
}
