//! What every answer to `producer-consumer/bounded` must hold.

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::thread;

use exercise::Judge;

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
    });
    judge.every_order("two producers lose nothing, and put no more than fits", || {
        let queue = Queue::new(1);
        let put = AtomicU32::new(0);
        thread::scope(|threads| {
            for bone in 1..=2 {
                let (queue, put) = (&queue, &put);
                threads.spawn(move || {
                    queue.put(bone);
                    put.fetch_add(1, Relaxed);
                });
            }
            let put = put.load(Relaxed);
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
                    put.store(bone, Relaxed);
                }
            });
            for taken in 0..3 {
                let put = put.load(Relaxed);
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
}
