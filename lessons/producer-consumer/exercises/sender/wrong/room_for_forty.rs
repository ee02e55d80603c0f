//! All bones are put into a bowl with room for forty before a dog is there.

use std::thread;

use crossbeam_channel as channel;

/// Starts this many dogs, each a thread, and gives them this many bones in all. Waits
/// until all are eaten, and returns for each dog the bones that it ate.
pub fn feed(dogs: usize, bones: u32) -> Vec<Vec<u32>> {
    let (to_dogs, bowl) = channel::bounded(40);
    for bone in 1..=bones {
        to_dogs.send(bone).expect("nobody panics");
    }
    drop(to_dogs);
    let dogs: Vec<_> = (0..dogs)
        .map(|_| {
            let bowl = bowl.clone();
            thread::spawn(move || bowl.iter().collect::<Vec<u32>>())
        })
        .collect();
    dogs.into_iter().map(|dog| dog.join().expect("it does not panic")).collect()
}
