//! What every answer to `producer-consumer/close` must hold.

use std::thread;

use exercise::Judge;

use crate::answer::Queue;

pub fn judge(judge: &mut Judge) {
    judge.every_order(
        "what was put before the end can still be taken, in its order",
        || {
            let queue = Queue::new();
            queue.put(1);
            queue.put(2);
            queue.close();
            let taken = [queue.take(), queue.take(), queue.take(), queue.take()];
            assert_eq!(
                taken,
                [Some(1), Some(2), None, None],
                "two bones were put, and then closed"
            );
        },
    );
    judge.every_order("a consumer takes all bones and comes to its end", || {
        let queue = Queue::new();
        thread::scope(|threads| {
            let dog = threads.spawn(|| eat(&queue));
            queue.put(1);
            queue.put(2);
            queue.close();
            let eaten = dog.join().expect("it does not panic");
            assert_eq!(eaten, [1, 2], "not all bones were taken");
        });
    });
    judge.every_order("two consumers that wait both come to their end", || {
        let queue = Queue::new();
        thread::scope(|threads| {
            let dogs = [(); 2].map(|()| threads.spawn(|| eat(&queue)));
            queue.close();
            let eaten = dogs.map(|dog| dog.join().expect("it does not panic"));
            assert!(eaten.concat().is_empty(), "nothing was put");
        });
    });
    judge.every_order("two consumers share what there is, and nothing is lost", || {
        let queue = Queue::new();
        thread::scope(|threads| {
            let dogs = [(); 2].map(|()| threads.spawn(|| eat(&queue)));
            queue.put(1);
            queue.close();
            let eaten = dogs.map(|dog| dog.join().expect("it does not panic"));
            assert_eq!(eaten.concat(), [1], "the bone is lost, or there twice");
        });
    });
}

fn eat(queue: &Queue) -> Vec<u32> {
    let mut eaten = Vec::new();
    while let Some(bone) = queue.take() {
        eaten.push(bone);
    }
    eaten
}
