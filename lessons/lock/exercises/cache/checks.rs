//! What every answer to `lock/cache` must hold.

use std::sync::Barrier;
use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering::SeqCst;
use std::thread;

use exercise::{Judge, Unseen, beforehand, long_wait, many, until_all_wait};

use crate::answer::Cache;

pub fn judge(judge: &mut Judge) {
    judge.every_order("one thread alone computes each value once", || {
        let cache = Cache::new();
        let values = [0, 1, u32::MAX, 1];
        let key = |key: usize| match key {
            0 => String::new(),
            1..4 => ["a", "A", "a "][key - 1].to_owned(),
            // Two keys have little in common.
            _ => format!("{:x}", (key as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15)),
        };
        let keys = || (0..25 * many()).map(|at| (key(at), values[at % 4]));
        for (key, value) in keys() {
            assert_eq!(cache.get(&key, || value), value, "the value of {key}");
        }
        for (key, value) in keys() {
            let again =
                cache.get(&key, || panic!("the value of {key} is computed twice"));
            assert_eq!(again, value, "the value of {key}");
        }
    });
    judge.every_order("two threads compute the same value once", || same(2, || ()));
    judge.every_order("two threads compute a later value once", || {
        let cache = Cache::new();
        let known = Unseen::new(0);
        beforehand(|| {
            let key = known.update(|known| {
                *known += 1;
                known.to_string()
            });
            assert_eq!(cache.get(&key, || 1), 1, "the value of {key}");
            assert_eq!(cache.get(&key, || 2), 1, "the value of {key}");
        });
        same_in(&cache, 2, || ());
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
    judge.every_order("a value that is slow to compute is computed once", || {
        same(2, || drop(long_wait()))
    });
    let why = "not all have the value";
    judge.some_order("many threads can wait for the same value", why, || {
        same(many(), || drop(long_wait()));
        true
    });
    judge.every_order("a value can be computed from other values", || {
        let last = many() as u32;
        assert_eq!(sum(&Cache::new(), last), last, "each is one more than the last");
    });
    let why = "a thread that waits does not get its value while others are computed";
    judge.some_order("many values can be waited for at the same time", why, || {
        let cache = Cache::new();
        let gate = |key| (format!("key {key}"), Barrier::new(2));
        let slow: Vec<_> = (0..many() / 2).map(gate).collect();
        let got = AtomicU32::new(0);
        let (cache, got) = (&cache, &got);
        thread::scope(|threads| {
            for (key, gate) in &slow {
                let compute = || {
                    gate.wait();
                    1
                };
                let get = move || {
                    assert_eq!(cache.get(key, compute), 1, "the value of {key}");
                    got.fetch_add(1, SeqCst);
                };
                threads.spawn(get);
                threads.spawn(get);
            }
            until_all_wait(); // till one thread computes each value, and one waits for it
            (1..).zip(slow.iter().rev()).all(|(values, (_, gate))| {
                gate.wait();
                until_all_wait(); // till both have the value
                got.load(SeqCst) == 2 * values
            })
        })
    });
    judge.every_order(
        "a thread that waits for a value wakes up for no other value",
        || {
            let cache = Cache::new();
            let computed = Unseen::new(0);
            let get_a = || {
                let compute = || {
                    computed.update(|computed| *computed += 1);
                    for key in 0..many() {
                        cache.get(&format!("b{key}"), || 2);
                        until_all_wait(); // till the other thread waits again
                    }
                    1
                };
                assert_eq!(cache.get("a", compute), 1, "the value of a");
            };
            thread::scope(|threads| {
                threads.spawn(get_a);
                threads.spawn(get_a);
            });
            assert_eq!(computed.get(), 1, "the value of a is computed twice");
        },
    );
    judge.every_order("a thread that wants another value does not wait", || {
        let (cache, others_are_there) = (Cache::new(), Barrier::new(2));
        cache.get("known", || 3);
        let slow = || {
            others_are_there.wait();
            1
        };
        thread::scope(|threads| {
            threads.spawn(|| cache.get("a", slow));
            threads.spawn(|| {
                assert_eq!(cache.get("known", || 0), 3, "the value of known");
                assert_eq!(cache.get("b", || 2), 2, "the value of b");
                others_are_there.wait();
            });
            long_wait();
            assert_eq!(cache.get("a", || 1), 1, "the value of a");
        });
    });
    let why = "a thread waits for another value";
    judge.some_order("among hundreds of values, each is computed alone", why, || {
        let cache = Cache::new();
        for key in 0..10 * many() {
            cache.get(&key.to_string(), || 1);
        }
        thread::scope(|threads| {
            cache.get("a", || {
                let others = threads.spawn(|| {
                    assert_eq!(cache.get("0", || 2), 1, "the value of 0");
                    assert_eq!(cache.get("b", || 2), 2, "the value of b");
                });
                others.join().expect("it does not panic");
                3
            }) == 3
        })
    });
}

/// This many threads want the same value at once, and `compute` is part of computing it.
fn same(threads: usize, compute: impl Fn() + Sync) {
    same_in(&Cache::new(), threads, compute);
}

/// And the cache may know other values.
fn same_in(cache: &Cache, threads: usize, compute: impl Fn() + Sync) {
    let computed = AtomicU32::new(0);
    let get = || {
        cache.get("a", || {
            compute();
            computed.fetch_add(1, SeqCst) + 1
        })
    };
    let values: Vec<u32> = thread::scope(|scope| {
        let threads: Vec<_> = (0..threads).map(|_| scope.spawn(get)).collect();
        threads
            .into_iter()
            .map(|thread| thread.join().expect("it does not panic"))
            .collect()
    });
    assert_eq!(computed.into_inner(), 1, "the value is computed twice");
    assert!(
        values.iter().all(|value| *value == 1),
        "the value is 1 for all: {values:?}"
    );
}

/// The value of `key` is one more than that of the key before.
fn sum(cache: &Cache, key: u32) -> u32 {
    cache.get(&key.to_string(), || if key == 0 { 0 } else { sum(cache, key - 1) + 1 })
}
