//! Two visitors are counted, each by a thread of its own.

use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::thread;

fn main() {
    let visitors = AtomicU32::new(0);
    thread::scope(|scope| {
        for gate in ["north", "south"] {
            let named = thread::Builder::new().name(gate.into());
            let counts = || {
                let seen = visitors.load(SeqCst);
                visitors.store(seen + 1, SeqCst);
            };
            named.spawn_scoped(scope, counts).expect("a thread");
        }
    });
    assert_eq!(visitors.load(SeqCst), 2, "a visitor is not counted");
}
