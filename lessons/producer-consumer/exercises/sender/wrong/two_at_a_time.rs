//! The dogs come in pairs: the third waits for the first two.

use std::thread;

use crossbeam_channel as channel;

/// Starts this many dogs, each a thread, and gives them this many bones in all. Waits
/// until all are eaten, and returns for each dog the bones that it ate.
pub fn feed(dogs: usize, bones: u32) -> Vec<Vec<u32>> {
    let (to_dogs, bowl) = channel::unbounded();
    for bone in 1..=bones {
        to_dogs.send(bone).expect("nobody panics");
    }
    drop(to_dogs);
    let mut out = Vec::new();
    let mut left = dogs;
    while left > 0 {
        let now = left.min(2);
        left -= now;
        let t: Vec<_> = (0..now)
            .map(|_| {
                let bowl = bowl.clone();
                thread::spawn(move || bowl.iter().collect::<Vec<u32>>())
            })
            .collect();
        out.extend(t.into_iter().map(|t| t.join().expect("nobody panics")));
    }
    out
}
