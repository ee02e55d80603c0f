//! A function takes a second read guard, while its caller still holds the first.

use std::sync::RwLock;
use std::thread;

fn main() {
    let board = RwLock::new(10);
    thread::scope(|threads| {
        threads.spawn(|| *board.write().unwrap() = 11);
        let hour = board.read().unwrap();
        println!("leaves at {}, announced for {}", hour, announced(&board));
    });
}

fn announced(board: &RwLock<u32>) -> u32 {
    *board.read().unwrap()
}
