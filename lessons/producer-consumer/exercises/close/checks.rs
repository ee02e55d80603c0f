//! What every answer to `producer-consumer/close` must hold.

use std::thread;

use exercise::{Judge, long_wait, many, until_all_wait};

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
    judge.every_order("any bone can be put, and the end stays the end", || {
        let queue = Queue::new();
        let bones = [0, 3, 3, u32::MAX].repeat(many());
        bones.iter().for_each(|bone| queue.put(*bone));
        queue.close();
        let taken: Vec<_> = bones.iter().filter_map(|_| queue.take()).collect();
        assert_eq!(taken, bones, "not all bones were taken, in their order");
        let ended = (0..many()).all(|_| queue.take().is_none());
        assert!(ended, "nothing comes after the end");
    });
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
    judge.every_order("a consumer sleeps while nothing is put", || {
        let queue = Queue::new();
        let (steps, taken) = thread::scope(|threads| {
            let dog = threads.spawn(|| queue.take());
            let steps = long_wait();
            queue.put(1);
            (steps, dog.join().expect("it does not panic"))
        });
        assert_eq!(taken, Some(1), "not all bones were taken");
        slept(steps);
    });
    judge.every_order("each bone wakes a consumer, also before the end", || {
        let queue = Queue::new();
        let steps = thread::scope(|threads| {
            let dogs = [(); 2].map(|()| threads.spawn(|| queue.take()));
            let steps = long_wait();
            queue.put(1);
            queue.put(2);
            let mut taken = dogs.map(|dog| dog.join().expect("it does not panic"));
            taken.sort();
            assert_eq!(taken, [Some(1), Some(2)], "a bone is lost, or there twice");
            steps
        });
        slept(steps);
    });
    let why = "a bone does not wake a consumer that waits";
    judge.some_order("many bones can wake as many consumers", why, || {
        let queue = Queue::new();
        let mut taken: Vec<_> = thread::scope(|threads| {
            let dog = |_| threads.spawn(|| queue.take());
            let dogs: Vec<_> = (0..many()).map(dog).collect();
            until_all_wait(); // till all of them wait
            (0..many() as u32).for_each(|bone| queue.put(bone));
            let taken = dogs.into_iter().map(|dog| dog.join());
            taken.map(|bone| bone.expect("it does not panic")).collect()
        });
        taken.sort();
        let put: Vec<_> = (0..many() as u32).map(Some).collect();
        assert_eq!(taken, put, "a bone is lost, or there twice");
        true
    });
    let why = "a consumer that was too late many times gives up";
    judge.some_order("a consumer can come too late many times", why, || {
        let queue = Queue::new();
        let (steps, late) = thread::scope(|threads| {
            let dog = threads.spawn(|| queue.take());
            let mut steps = long_wait();
            for bone in 0..many() as u32 {
                until_all_wait(); // till it waits
                queue.put(bone);
                queue.take(); // the dog wakes up, and before it looks, the queue is empty again
            }
            steps += long_wait();
            queue.put(10);
            (steps, dog.join().expect("it does not panic"))
        });
        slept(steps);
        late == Some(10)
    });
    let why = "a consumer never hears of the end";
    judge.some_order("many consumers that wait can all come to their end", why, || {
        let queue = Queue::new();
        thread::scope(|threads| {
            let dog = |_| threads.spawn(|| queue.take());
            let dogs: Vec<_> = (0..many()).map(dog).collect();
            until_all_wait(); // till all of them wait
            queue.close();
            let taken = dogs.into_iter().map(|dog| dog.join());
            taken
                .map(|bone| bone.expect("it does not panic"))
                .all(|bone| bone.is_none())
        })
    });
}

/// Those that wait took this many steps during long waits.
fn slept(steps: u32) {
    assert!(
        steps < 10,
        "a consumer took {steps} steps while nothing was put: it doesn't sleep"
    );
}

fn eat(queue: &Queue) -> Vec<u32> {
    let mut eaten = Vec::new();
    while let Some(bone) = queue.take() {
        eaten.push(bone);
    }
    eaten
}
