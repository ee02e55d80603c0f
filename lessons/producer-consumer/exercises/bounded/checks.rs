//! What every answer to `producer-consumer/bounded` must hold.

use std::panic::Location;
use std::thread;

use exercise::{Judge, Unseen};
use interleave::execution::quiescence;

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
    judge.every_order("nothing is lost between one producer and one consumer", || {
        let queue = Queue::new(1);
        thread::scope(|threads| {
            threads.spawn(|| (1..=3).for_each(|bone| queue.put(bone)));
            quiescence(Location::caller()); // till the producer waits or is done
            let taken = [(); 3].map(|()| queue.take());
            assert_eq!(taken, [1, 2, 3], "1, 2 and 3 were put, in this order");
        });
    });
    judge.every_order("a producer waits while the queue is full", || {
        let queue = Queue::new(2);
        let put = Unseen::new(0);
        thread::scope(|threads| {
            threads.spawn(|| {
                for bone in 1..=4 {
                    queue.put(bone);
                    put.set(bone);
                }
            });
            for taken in 0..4 {
                quiescence(Location::caller());
                let fits = u32::min(taken + 2, 4);
                assert_eq!(
                    put.get(),
                    fits,
                    "there is room for 2, and {taken} are taken"
                );
                queue.take();
            }
        });
    });
    judge.every_order("two producers never put more than fits", || {
        let queue = Queue::new(1);
        let put = Unseen::new(0);
        thread::scope(|threads| {
            for bone in 1..=2 {
                let (queue, put) = (&queue, &put);
                threads.spawn(move || {
                    queue.put(bone);
                    put.update(|put| *put += 1);
                });
            }
            quiescence(Location::caller());
            assert_eq!(put.get(), 1, "there is room for 1, and 0 are taken");
            queue.take();
            queue.take();
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
