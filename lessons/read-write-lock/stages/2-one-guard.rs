//! The function gets what its caller's guard leads to.

use std::sync::RwLock;
use std::thread;

fn main() {
    let board = RwLock::new(10);
    thread::scope(|threads| {
        threads.spawn(|| *board.write().unwrap() = 11);
        let hour = board.read().unwrap();
        println!("leaves at {}, announced for {}", hour, announced(&hour));
    });
}

fn announced(hour: &u32) -> u32 {
    *hour
}
