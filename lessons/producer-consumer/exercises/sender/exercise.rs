//! Let every dog know that nothing more comes.
//!
//! Each dog eats until nothing more comes. But this program never ends. Find out
//! what the dogs wait for, and let them go home.
//!
//!     cargo exercise check producer-consumer/sender

use std::thread;

use crossbeam_channel as channel;

/// Starts this many dogs, each a thread, and gives them this many bones in all. Waits
/// until all are eaten, and returns for each dog the bones that it ate.
pub fn feed(dogs: usize, bones: u32) -> Vec<Vec<u32>> {
    let (to_dogs, bowl) = channel::unbounded();
    let dogs: Vec<_> = (0..dogs)
        .map(|_| {
            let bowl = bowl.clone();
            thread::spawn(move || bowl.iter().collect::<Vec<u32>>())
        })
        .collect();
    for bone in 1..=bones {
        to_dogs.send(bone).expect("a dog is there");
    }
    dogs.into_iter().map(|dog| dog.join().expect("it does not panic")).collect()
}
