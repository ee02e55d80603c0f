//! Deadlock where writers go first (std on Linux, parking_lot): one reads and waits for another reader, who stands behind the writer. No thread reads twice.
//!
//! Source: kubernetes#58107 (GoKer, RWR over two threads); rust-lang/rust#82596, tari-project/tari#4674.

use crossbeam_channel::bounded;
use parking_lot::RwLock;
use std::thread;

pub fn body() {
    let config = RwLock::new(1);
    let (to, from) = bounded(1);
    thread::scope(|s| {
        s.spawn(|| {
            let mine = config.read();
            let told: u32 = from.recv().unwrap();
            assert!(told <= *mine);
        });
        s.spawn(|| *config.write() += 1);
        s.spawn(|| {
            let now = *config.read();
            to.send(now).unwrap();
        });
    });
    assert_eq!(*config.read(), 2);
}
