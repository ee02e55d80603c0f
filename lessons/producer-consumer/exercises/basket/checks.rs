//! What every answer to `producer-consumer/basket` must hold.

use std::panic::Location;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::thread;

use exercise::Judge;
use interleave::execution::quiescence;
use interleave::locks_taken;

use crate::answer::Basket;

pub fn judge(judge: &mut Judge) {
    judge.every_order("what is put is taken", || {
        let basket = Basket::new();
        basket.put(&[1]);
        basket.put(&[2, 3]);
        let mut taken = [basket.take(), basket.take(), basket.take()];
        taken.sort();
        assert_eq!(taken, [1, 2, 3], "1, 2 and 3 were put");
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
        let others = AtomicU32::new(0);
        let looks = thread::scope(|threads| {
            threads.spawn(|| basket.take());
            quiescence(Location::caller()); // till the dog sleeps
            let before = locks_taken();
            for _ in 0..5 {
                others.fetch_add(1, Relaxed); // a step of another thread, which is no reason to look
                quiescence(Location::caller());
            }
            let looks = locks_taken() - before;
            basket.put(&[7]);
            looks
        });
        // Two may come after wake-ups for nothing.
        assert!(
            looks <= 2,
            "it looked {looks} times at an empty basket: it doesn't sleep"
        );
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
}

fn two_dogs(put: impl FnOnce(&Basket)) {
    let basket = Basket::new();
    thread::scope(|threads| {
        let dogs = [(); 2].map(|()| threads.spawn(|| basket.take()));
        put(&basket);
        let mut taken = dogs.map(|dog| dog.join().expect("each dog finds a bone"));
        taken.sort();
        assert_eq!(taken, [1, 2], "1 and 2 were put");
    });
}
