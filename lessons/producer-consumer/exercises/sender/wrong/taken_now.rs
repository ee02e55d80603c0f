//! `try_iter` doesn't wait: a dog goes home when the bowl is empty for a moment.

use std::thread;

use crossbeam_channel as channel;

/// Starts this many dogs, each a thread, and gives them this many bones in all. Waits
/// until all are eaten, and returns for each dog the bones that it ate.
pub fn feed(dogs: usize, bones: u32) -> Vec<Vec<u32>> {
    let (to_dogs, bowl) = channel::unbounded();
    let dogs: Vec<_> = (0..dogs)
        .map(|_| {
            let bowl = bowl.clone();
            thread::spawn(move || bowl.try_iter().collect::<Vec<u32>>())
        })
        .collect();
    for bone in 1..=bones {
        to_dogs.send(bone).expect("a dog is there");
    }
    dogs.into_iter().map(|dog| dog.join().expect("it does not panic")).collect()
}
