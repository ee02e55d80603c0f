//! Stage 1: look whether there is an oven, light one if not, and set it.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::thread;

// ANCHOR: oven
static OVEN: OnceLock<u32> = OnceLock::new();

fn bake() {
    if OVEN.get().is_none() {
        let oven = light();
        let _ = OVEN.set(oven); // an error if there is one already
    }
}
// ANCHOR_END: oven

static TIMES_LIT: AtomicU32 = AtomicU32::new(0);

fn light() -> u32 {
    TIMES_LIT.fetch_add(1, Relaxed) + 1
}

fn main() {
    thread::scope(|threads| {
        threads.spawn(bake);
        threads.spawn(bake);
    });
    println!("the oven was lit {} times", TIMES_LIT.load(Relaxed));
}
