//! Deadlock: all consumers are gone, but the producer's own receiver keeps the channel open, and it is full.
//!
//! Source: crossbeam-rs/crossbeam-channel#55; crossbeam-rs/crossbeam#1102; namada-net/namada#548.

use crossbeam_channel::bounded;
use std::thread;

pub fn body() {
    let (to, from) = bounded(1);
    let theirs = from.clone();
    let consumer = thread::spawn(move || {
        let first: u32 = theirs.recv().unwrap();
        assert_eq!(first, 0);
    });
    let sent = (0..4).take_while(|n| to.send(*n).is_ok()).count();
    consumer.join().unwrap();
    assert!(sent < 4, "nobody was there for the last one");
    drop(from);
}
