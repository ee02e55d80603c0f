//! Your program: change it, and `cargo explore` says what can come out, and in which order of steps.
//!
//! Which two lines can this one print?

use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;

fn main() {
    let count = AtomicU32::new(0);
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                let seen = count.load(Ordering::SeqCst);
                count.store(seen + 1, Ordering::SeqCst);
            });
        }
    });
    println!("counted to {}", count.load(Ordering::SeqCst));
}
