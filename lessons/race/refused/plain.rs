//! The plain version of the race, as you would write it in Python: two threads change one variable.
//!
//! Refused: E0499

use std::thread;

// ANCHOR: refused
fn main() {
    let mut balance = 0;
    thread::scope(|threads| {
        threads.spawn(|| balance += 1);
        threads.spawn(|| balance -= 1);
    });
    println!("{balance}");
}
// ANCHOR_END: refused
