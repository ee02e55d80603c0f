//! Two threads own a lamp together, by a count that is made for one thread.
//!
//! Refused: E0277

use std::rc::Rc;
use std::thread;

// ANCHOR: refused
fn main() {
    let lamp = Rc::new("blue");
    let doras = Rc::clone(&lamp);
    let dora = thread::spawn(move || println!("reads by the {doras} lamp"));
    println!("reads by the {lamp} lamp");
    dora.join().unwrap();
}
// ANCHOR_END: refused
