//! A thread borrows a lamp, and nothing makes sure that the thread ends before the lamp is gone.
//!
//! Refused: E0373

use std::thread;

// ANCHOR: refused
fn main() {
    let lamp = String::from("red");
    let ann = thread::spawn(|| println!("reads by the {lamp} lamp"));
    ann.join().unwrap();
}
// ANCHOR_END: refused
