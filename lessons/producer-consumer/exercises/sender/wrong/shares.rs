//! Each dog has a share that is fixed before: what can't be shared is left over.

use std::thread;

use crossbeam_channel as channel;

/// Starts this many dogs, each a thread, and gives them this many bones in all. Waits
/// until all are eaten, and returns for each dog the bones that it ate.
pub fn feed(dogs: usize, bones: u32) -> Vec<Vec<u32>> {
    let (to_dogs, bowl) = channel::unbounded();
    for bone in 1..=bones {
        to_dogs.send(bone).expect("the bowl is there");
    }
    let share = bones as usize / dogs;
    let dogs: Vec<_> = (0..dogs)
        .map(|_| {
            let bowl = bowl.clone();
            thread::spawn(move || bowl.iter().take(share).collect::<Vec<u32>>())
        })
        .collect();
    dogs.into_iter().map(|dog| dog.join().expect("it does not panic")).collect()
}
