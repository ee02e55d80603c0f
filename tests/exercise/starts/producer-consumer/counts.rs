//! Account for every bone.
//!
//! A dog has had enough and goes home. Tim keeps the bones that he can't send, and still
//! a bone is missing. Find it.
//!
//!     cargo exercise check producer-consumer/counts

use std::sync::mpsc::{self, SendError};
use std::thread;

/// On one thread, Tim makes bones, and puts them into a bowl with room for one. On
/// another thread a dog eats from it, and goes home when it has had enough. Returns
/// what is left.
pub fn run(
    bones: impl Iterator<Item = u32> + Send,
    enough: usize,
    eat: impl Fn(u32) + Send,
) -> Vec<u32> {
    thread::scope(|threads| {
        let (to_dog, bowl) = mpsc::sync_channel(1);
        let tim = threads.spawn(move || {
            let mut left = Vec::new();
            for bone in bones {
                if let Err(SendError(bone)) = to_dog.send(bone) {
                    left.push(bone); // the dog is gone
                }
            }
            left
        });
        threads.spawn(move || bowl.iter().take(enough).for_each(eat));
        tim.join().expect("Tim doesn't panic")
    })
}
