//! It looks forty times into the bowl. Tim can be slower.

use std::sync::mpsc;
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
        threads.spawn(move || {
            for bone in bones {
                to_dog.send(bone).ok();
            }
        });
        let dog = threads.spawn(move || {
            bowl.iter().take(enough).for_each(eat);
            bowl
        });
        let bowl = dog.join().expect("the dog doesn't panic");
        let mut left = Vec::new();
        for _ in 0..40 {
            match bowl.try_recv() {
                Ok(b) => left.push(b),
                Err(_) => thread::yield_now(),
            }
        }
        left
    })
}
