//! A lamp is given to a thread, and then used by `main`, which doesn't have it any more.
//!
//! Refused: E0382

use std::thread;

// ANCHOR: refused
fn main() {
    let lamp = String::from("green");
    let cleo = thread::spawn(move || println!("reads by the {lamp} lamp"));
    cleo.join().unwrap();
    println!("has the {lamp} lamp again");
}
// ANCHOR_END: refused
