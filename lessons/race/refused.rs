//! The plain version of the race, as one would write it in Python. The compiler refuses it:
//!
//!     error[E0499]: cannot borrow `balance` as mutable more than once at a time
//!
//! The test suite compiles this file and asks for that error, and for no other.

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
