//! A message that says stop is taken by one dog. The other one never hears of it.

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
                let more = bowl.iter().take_while(|bone| *bone != 0);
                more.collect::<Vec<u32>>()
            })
        })
        .collect();
    for bone in 1..=bones {
        to_dogs.send(bone).expect("a dog is there");
    }
    to_dogs.send(0).expect("a dog is there");
    dogs.into_iter().map(|dog| dog.join().expect("it does not panic")).collect()
}
