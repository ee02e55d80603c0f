//! A dog has had enough after forty bones. Nobody has to eat the rest.

use std::thread;

use crossbeam_channel as channel;

/// Starts this many dogs, each a thread, and gives them this many bones in all. Waits
/// until all are eaten, and returns for each dog the bones that it ate.
pub fn feed(dogs: usize, bones: u32) -> Vec<Vec<u32>> {
    let (to_dogs, bowl) = channel::unbounded();
    let dogs: Vec<_> = (0..dogs)
        .map(|_| {
            let bowl = bowl.clone();
            thread::spawn(move || bowl.iter().take(40).collect::<Vec<u32>>())
        })
        .collect();
    for bone in 1..=bones {
        to_dogs.send(bone).expect("a dog is there");
    }
    drop(to_dogs);
    dogs.into_iter().map(|dog| dog.join().expect("it does not panic")).collect()
}
