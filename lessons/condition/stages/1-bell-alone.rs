//! Stage 1: a bell, and nothing that says what has happened.

use std::sync::{Condvar, Mutex};
use std::thread;

// ANCHOR: kitchen
fn order(bell: &Condvar) {
    bell.notify_one();
}

fn cook(nothing: &Mutex<()>, bell: &Condvar) {
    let nothing = nothing.lock().expect("nobody panics");
    let _nothing = bell.wait(nothing).expect("nobody panics");
    println!("the cook begins");
}
// ANCHOR_END: kitchen

fn main() {
    let (nothing, bell) = (Mutex::new(()), Condvar::new());
    thread::scope(|threads| {
        threads.spawn(|| cook(&nothing, &bell));
        threads.spawn(|| order(&bell));
    });
}
