//! Stage 3: the same with a `LazyLock`. It is poisoned after a panic.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::thread;

// ANCHOR: oven
static OVEN: LazyLock<u32> = LazyLock::new(light);

fn bake() {
    LazyLock::force(&OVEN);
}
// ANCHOR_END: oven

static TRIES: AtomicU32 = AtomicU32::new(0);

fn light() -> u32 {
    let tries = TRIES.fetch_add(1, Relaxed) + 1;
    assert!(tries > 1, "the wind blows it out");
    tries
}

// ANCHOR: main
fn main() {
    let [ann, bob] = [thread::spawn(bake), thread::spawn(bake)];
    let said = [ann, bob].map(|baker| match baker.join() {
        Ok(()) => "bakes",
        Err(_) => "panicked",
    });
    println!("Ann {}, Bob {}", said[0], said[1]);
}
// ANCHOR_END: main
