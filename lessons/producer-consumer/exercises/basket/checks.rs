//! What every answer to `producer-consumer/basket` must hold.

use std::thread;

use exercise::{Judge, beforehand, long_wait, many, until_all_wait};

use crate::answer::Basket;

pub fn judge(judge: &mut Judge) {
    judge.every_order("what is put is taken", || {
        let basket = Basket::new();
        let mut all = [0, 7, 7, u32::MAX].repeat(10 * many());
        basket.put(&all);
        all.extend([1, 2, 3]);
        for bone in [1, 2, 3] {
            basket.put(&[bone]);
        }
        let mut taken: Vec<_> = all.iter().map(|_| basket.take()).collect();
        taken.sort();
        all.sort();
        assert_eq!(taken, all, "what was put, each bone once");
    });
    judge.every_order("a dog that has to wait gets its bone", || {
        let basket = Basket::new();
        thread::scope(|threads| {
            let dog = threads.spawn(|| basket.take());
            basket.put(&[7]);
            let taken = dog.join().expect("the dog finds a bone");
            assert_eq!(taken, 7, "a bone that nobody has put");
        });
    });
    judge.every_order("a dog sleeps while nothing is put", || {
        let basket = Basket::new();
        let steps = thread::scope(|threads| {
            threads.spawn(|| basket.take());
            let steps = long_wait();
            basket.put(&[7]);
            steps
        });
        slept(steps);
    });
    judge.every_order("two dogs get their bones, one after the other", || {
        two_dogs(|basket| {
            basket.put(&[1]);
            basket.put(&[2]);
        });
    });
    judge.every_order("two dogs get their bones, both at once", || {
        two_dogs(|basket| basket.put(&[1, 2]));
    });
    judge.every_order("after many bones, two dogs get theirs, both at once", || {
        let basket = Basket::new();
        beforehand(|| {
            basket.put(&[7]);
            assert_eq!(basket.take(), 7, "7 was put");
        });
        two_dogs_at(&basket, |basket| basket.put(&[1, 2]));
    });
    judge.every_order("a dog that comes too late sleeps again", || {
        let steps = two_dogs(|basket| {
            basket.put(&[1]);
            let steps = long_wait();
            basket.put(&[2]);
            steps
        });
        slept(steps);
    });
    let why = "a dog that was too late many times gives up";
    judge.some_order("a dog can come too late many times", why, || {
        let (basket, times) = (Basket::new(), many());
        thread::scope(|threads| {
            let quick = threads.spawn(|| (0..times).for_each(|_| _ = basket.take()));
            let late = threads.spawn(|| basket.take());
            for _ in 0..=times {
                until_all_wait(); // till both dogs sleep
                basket.put(&[5]);
            }
            quick.join().expect("the quick dog finds all its bones");
            late.join().expect("the dog that comes too late finds a bone") == 5
        })
    });
    let why = "a dog gets no bone";
    judge.some_order("many dogs that sleep can be woken at once", why, || {
        let (basket, bones) = (Basket::new(), vec![1; many()]);
        thread::scope(|threads| {
            let dog = |_| threads.spawn(|| basket.take());
            let dogs: Vec<_> = (0..many()).map(dog).collect();
            until_all_wait(); // till all dogs sleep
            basket.put(&bones);
            let taken = dogs.into_iter().map(|dog| dog.join());
            taken.map(|bone| bone.expect("each dog finds a bone")).eq(bones)
        })
    });
}

/// A dog took this many steps during a long wait.
fn slept(steps: u32) {
    assert!(
        steps < 10,
        "a dog took {steps} steps at an empty basket: it doesn't sleep"
    );
}

fn two_dogs<R>(put: impl FnOnce(&Basket) -> R) -> R {
    two_dogs_at(&Basket::new(), put)
}

/// And the basket may have been used before.
fn two_dogs_at<R>(basket: &Basket, put: impl FnOnce(&Basket) -> R) -> R {
    thread::scope(|threads| {
        let dogs = [(); 2].map(|()| threads.spawn(|| basket.take()));
        let put = put(basket);
        let mut taken = dogs.map(|dog| dog.join().expect("each dog finds a bone"));
        taken.sort();
        assert_eq!(taken, [1, 2], "1 and 2 were put");
        put
    })
}
