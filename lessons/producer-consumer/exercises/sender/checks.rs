//! What every answer to `producer-consumer/sender` must hold.

use exercise::{Judge, many};

use crate::answer::feed;

pub fn judge(judge: &mut Judge) {
    judge.every_order("one dog eats all bones and goes home", || {
        assert_eq!(feed(1, 2), [[1, 2]], "one dog, and the bones 1 and 2");
    });
    judge.every_order("two dogs eat all bones and go home", || {
        let dogs = feed(2, 3);
        assert_eq!(interleave::threads_started(), 2, "each dog is a thread");
        assert_eq!(dogs.len(), 2, "two dogs");
        let mut eaten = dogs.concat();
        eaten.sort();
        assert_eq!(eaten, [1, 2, 3], "a bone is left, or eaten twice");
    });
    let why = "the first dog eats all, in every order";
    judge.some_order("the second dog can get a bone too", why, || {
        let dogs = feed(2, 2);
        !dogs[0].is_empty() && !dogs[1].is_empty()
    });
    judge.every_order("dogs without bones go home", || {
        assert_eq!(feed(2, 0), [[0; 0]; 2], "two dogs, and no bones");
    });
    let why = "not every dog gets a bone";
    judge.some_order("each of three dogs can get a bone", why, || {
        feed(3, 3).iter().all(|dog| dog.len() == 1)
    });
    judge.some_order(
        "many bones can be eaten",
        "a bone is left, or eaten twice",
        || {
            let bones = many() as u32;
            let mut eaten = feed(1, bones).concat();
            eaten.extend(feed(2, bones).concat());
            eaten.sort();
            eaten.into_iter().eq((1..=bones).flat_map(|bone| [bone; 2]))
        },
    );
    judge.some_order("many dogs can go home", "a dog is missing", || {
        let dogs = feed(many(), 2);
        assert_eq!(interleave::threads_started(), many(), "each dog is a thread");
        dogs.len() == many() && dogs.concat().len() == 2
    });
}
