//! Nothing lies in the bowl: Tim hands each bone over.

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
        let (to_dog, bowl) = mpsc::sync_channel(0);
        threads.spawn(move || {
            for bone in bones {
                to_dog.send(bone).expect("the bowl stays until Tim is done");
            }
        });
        let dog = threads.spawn(move || {
            bowl.iter().take(enough).for_each(eat);
            bowl
        });
        let bowl = dog.join().expect("the dog doesn't panic");
        bowl.iter().collect() // ends when Tim is done
    })
}
