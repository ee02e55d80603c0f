//! Forty dogs hear of the end, and more can wait.

use std::thread;

use crossbeam_channel as channel;

/// Starts this many dogs, each a thread, and gives them this many bones in all. Waits
/// until all are eaten, and returns for each dog the bones that it ate.
pub fn feed(dogs: usize, bones: u32) -> Vec<Vec<u32>> {
    let (to_dogs, bowl) = channel::unbounded();
    let dogs: Vec<_> = (0..dogs)
        .map(|_| {
            let bowl = bowl.clone();
            thread::spawn(move || {
                bowl.iter().take_while(|b| *b != 0).collect::<Vec<u32>>()
            })
        })
        .collect();
    for bone in 1..=bones {
        to_dogs.send(bone).expect("a dog is there");
    }
    for _ in 0..40 {
        to_dogs.send(0).expect("nobody panics");
    }
    dogs.into_iter().map(|dog| dog.join().expect("it does not panic")).collect()
}
