//! What is left is what nobody has eaten, by its number. Two bones can have the same.

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
        let ate = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
        let ate2 = ate.clone();
        let (to_dog, bowl) = mpsc::sync_channel(1);
        let tim = threads.spawn(move || {
            let mut made = Vec::new();
            for bone in bones {
                made.push(bone);
                to_dog.send(bone).ok();
            }
            made
        });
        let dog = threads.spawn(move || {
            bowl.iter().take(enough).for_each(|b| {
                ate2.lock().expect("nobody panics").push(b);
                eat(b)
            });
            bowl
        });
        let bowl = dog.join().expect("nobody panics");
        for _ in bowl.iter() {}
        let made = tim.join().expect("nobody panics");
        let ate = ate.lock().expect("nobody panics");
        made.into_iter().filter(|m| !ate.contains(m)).collect()
    })
}
