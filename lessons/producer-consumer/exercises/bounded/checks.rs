//! What every answer to `producer-consumer/bounded` must hold.

use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::thread;

use exercise::{Judge, beforehand, long_wait, many, until_all_wait};

use crate::answer::Queue;

pub fn judge(judge: &mut Judge) {
    judge.every_order("what fits can be put, and is taken in its order", || {
        let queue = Queue::new(2);
        queue.put(1);
        queue.put(2);
        assert_eq!(
            [queue.take(), queue.take()],
            [1, 2],
            "1 and 2 were put, in this order"
        );
        let bones = [3, 3, 1, 0, u32::MAX].repeat(10 * many());
        let queue = Queue::new(bones.len());
        bones.iter().for_each(|bone| queue.put(*bone));
        let taken: Vec<_> = bones.iter().map(|_| queue.take()).collect();
        assert_eq!(taken, bones, "what was put, in this order");
    });
    judge.every_order("two producers lose nothing, and put no more than fits", || {
        let queue = Queue::new(1);
        let put = AtomicU32::new(0);
        thread::scope(|threads| {
            for bone in 1..=2 {
                let (queue, put) = (&queue, &put);
                threads.spawn(move || {
                    queue.put(bone);
                    put.fetch_add(1, SeqCst);
                });
            }
            let put = put.load(SeqCst);
            assert!(put <= 1, "room for 1, 0 taken, and {put} puts came back");
            let mut taken = [queue.take(), queue.take()];
            taken.sort();
            assert_eq!(taken, [1, 2], "a bone is lost, or there twice");
        });
    });
    judge.every_order("nothing is lost between one producer and one consumer", || {
        let queue = Queue::new(1);
        let put = AtomicU32::new(0);
        thread::scope(|threads| {
            threads.spawn(|| {
                for bone in 1..=3 {
                    queue.put(bone);
                    put.store(bone, SeqCst);
                }
            });
            for taken in 0..3 {
                let put = put.load(SeqCst);
                assert!(
                    put <= taken + 1,
                    "room for 1, {taken} taken, and yet {put} were put"
                );
                assert_eq!(
                    queue.take(),
                    taken + 1,
                    "1, 2 and 3 were put, in this order"
                );
            }
        });
    });
    judge.every_order("one producer and two consumers all come to their end", || {
        let queue = Queue::new(1);
        thread::scope(|threads| {
            let dogs = [(); 2].map(|()| threads.spawn(|| queue.take()));
            queue.put(1);
            queue.put(2);
            let mut taken = dogs.map(|dog| dog.join().expect("it does not panic"));
            taken.sort();
            assert_eq!(taken, [1, 2], "a bone is lost, or there twice");
        });
    });
    judge.every_order("after many bones, all still come to their end", || {
        let queue = Queue::new(1);
        beforehand(|| {
            queue.put(7);
            assert_eq!(queue.take(), 7, "7 was put");
        });
        let put = AtomicU32::new(0);
        thread::scope(|threads| {
            for bone in 1..=2 {
                let (queue, put) = (&queue, &put);
                threads.spawn(move || {
                    queue.put(bone);
                    put.fetch_add(1, SeqCst);
                });
            }
            let put = put.load(SeqCst);
            assert!(put <= 1, "room for 1, 0 taken, and {put} puts came back");
            let mut taken = [queue.take(), queue.take()];
            taken.sort();
            assert_eq!(taken, [1, 2], "a bone is lost, or there twice");
        });
        thread::scope(|threads| {
            let dogs = [(); 2].map(|()| threads.spawn(|| queue.take()));
            queue.put(1);
            queue.put(2);
            let mut taken = dogs.map(|dog| dog.join().expect("it does not panic"));
            taken.sort();
            assert_eq!(taken, [1, 2], "a bone is lost, or there twice");
        });
    });
    let why = "who waits is not woken";
    judge.some_order(
        "one producer and many consumers can come to their end",
        why,
        || {
            let queue = Queue::new(1);
            thread::scope(|threads| {
                for _ in 0..many() {
                    threads.spawn(|| queue.take());
                }
                until_all_wait(); // till all of them wait
                for bone in 0..many() as u32 {
                    queue.put(bone);
                }
            });
            true
        },
    );
    judge.every_order("each bone wakes a consumer that waits", || {
        let queue = Queue::new(2);
        let steps = thread::scope(|threads| {
            let dogs = [(); 2].map(|()| threads.spawn(|| queue.take()));
            let steps = long_wait();
            queue.put(1);
            queue.put(2);
            let mut taken = dogs.map(|dog| dog.join().expect("it does not panic"));
            taken.sort();
            assert_eq!(taken, [1, 2], "a bone is lost, or there twice");
            steps
        });
        slept(steps);
    });
    judge.every_order("a producer puts as many as fit, and waits", || {
        let queue = Queue::new(3);
        let put = AtomicU32::new(0);
        let (steps, put) = thread::scope(|threads| {
            threads.spawn(|| {
                for bone in 1..=4 {
                    queue.put(bone);
                    put.store(bone, SeqCst);
                }
            });
            let steps = long_wait();
            let put = put.load(SeqCst);
            assert_eq!(queue.take(), 1, "1 was put first");
            (steps, put)
        });
        assert_eq!(put, 3, "room for 3, 0 taken, and {put} puts came back");
        let rest = [queue.take(), queue.take(), queue.take()];
        assert_eq!(rest, [2, 3, 4], "2, 3 and 4 were put, in this order");
        slept(steps);
    });
    judge.every_order("each bone that is taken wakes a producer that waits", || {
        let queue = Queue::new(2);
        queue.put(7);
        queue.put(7);
        thread::scope(|threads| {
            for _ in 0..2 {
                threads.spawn(|| queue.put(7));
            }
            until_all_wait(); // till both wait
            queue.take();
            queue.take();
        });
        assert_eq!([queue.take(), queue.take()], [7; 2], "a bone is lost");
    });
    for capacity in [3, many()] {
        let size = if capacity == 3 { "small" } else { "large" };
        let what = format!("all producers that wait for room in a {size} queue go on");
        judge.some_order(&what, why, move || {
            let queue = Queue::new(capacity);
            (0..capacity).for_each(|_| queue.put(7));
            let put = AtomicU32::new(0);
            let first = thread::scope(|threads| {
                for _ in 0..=capacity {
                    threads.spawn(|| {
                        queue.put(7);
                        put.fetch_add(1, SeqCst);
                    });
                }
                until_all_wait(); // till all of them wait
                queue.take();
                until_all_wait(); // till one of them has put its bone
                let first = put.load(SeqCst);
                (0..capacity).for_each(|_| drop(queue.take()));
                first
            });
            assert_eq!(
                first, 1,
                "a bone is taken, and {first} of those that wait go on"
            );
            true
        });
        let what = format!("all consumers that wait for bones in a {size} queue go on");
        judge.some_order(&what, why, move || {
            let queue = Queue::new(capacity);
            thread::scope(|threads| {
                for _ in 0..capacity {
                    threads.spawn(|| queue.take());
                }
                until_all_wait(); // till all of them wait
                (0..capacity).for_each(|_| queue.put(7));
            });
            true
        });
    }
    let why = "a producer or a consumer that was too late many times gives up";
    judge.some_order("a thread that waits can come too late many times", why, || {
        let full = Queue::new(1);
        full.put(0);
        let empty = Queue::new(1);
        let (steps, late) = thread::scope(|threads| {
            threads.spawn(|| full.put(9));
            let dog = threads.spawn(|| empty.take());
            let mut steps = long_wait();
            for bone in 0..many() as u32 {
                until_all_wait(); // till both wait
                // Both wake up, and before they look, all is again as it was.
                assert_eq!(full.take(), bone, "bones come out of their order");
                full.put(bone + 1);
                empty.put(bone);
                empty.take();
            }
            steps += long_wait();
            empty.put(8);
            let late =
                [full.take(), full.take(), dog.join().expect("it does not panic")];
            (steps, late)
        });
        slept(steps);
        late == [many() as u32, 9, 8]
    });
}

/// Those that wait took this many steps during long waits.
fn slept(steps: u32) {
    assert!(
        steps < 10,
        "{steps} steps while nothing was put or taken: a thread that waits doesn't sleep"
    );
}
