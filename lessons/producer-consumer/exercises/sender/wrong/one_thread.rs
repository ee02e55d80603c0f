//! No thread, and so nobody who could wait for ever.

use crossbeam_channel as channel;

/// Starts this many dogs, each a thread, and gives them this many bones in all. Waits
/// until all are eaten, and returns for each dog the bones that it ate.
pub fn feed(dogs: usize, bones: u32) -> Vec<Vec<u32>> {
    let (to_dogs, bowl) = channel::unbounded();
    for bone in 1..=bones {
        to_dogs.send(bone).expect("the bowl is there");
    }
    drop(to_dogs);
    (0..dogs).map(|_| bowl.iter().collect()).collect()
}
