//! Wrong: Tim may be slower than a thousand looks.

use std::sync::mpsc;
use std::thread;
use std::time::Duration;

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
                to_dog.send(bone).expect("the bowl stays until Tim is done");
            }
        });
        let dog = threads.spawn(move || {
            bowl.iter().take(enough).for_each(eat);
            bowl
        });
        let bowl = dog.join().expect("the dog doesn't panic");
        let mut left = Vec::new();
        for _ in 0..1000 {
            left.extend(bowl.try_iter());
            thread::sleep(Duration::from_millis(1));
        }
        threads.spawn(move || bowl.iter().for_each(drop)); // room for Tim
        left
    })
}
