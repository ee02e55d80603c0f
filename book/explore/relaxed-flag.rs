//! A letter is written, and then a flag says that it's there. The flag is `Relaxed`.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::Relaxed};
use std::thread;

fn main() {
    let letter = AtomicU32::new(0);
    let ready = AtomicBool::new(false);
    thread::scope(|scope| {
        let named = |name: &str| thread::Builder::new().name(name.into());
        let writes = || {
            letter.store(7, Relaxed);
            ready.store(true, Relaxed);
        };
        let reads = || {
            if ready.load(Relaxed) {
                assert_eq!(letter.load(Relaxed), 7, "the letter is empty");
            }
        };
        named("writer").spawn_scoped(scope, writes).expect("a thread");
        named("reader").spawn_scoped(scope, reads).expect("a thread");
    });
}
