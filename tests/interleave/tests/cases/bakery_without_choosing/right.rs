//! A thread waits for those that are choosing.
//!
//! Source: SV-COMP pthread (Lamport's bakery), Lamport 1974.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::SeqCst};
use std::thread;

pub fn body() {
    let choosing = [AtomicBool::new(false), AtomicBool::new(false)];
    let number = [AtomicU32::new(0), AtomicU32::new(0)];
    let inside = AtomicU32::new(0);
    let round = |me: usize| {
        let other = 1 - me;
        choosing[me].store(true, SeqCst);
        let mine = number[other].load(SeqCst) + 1;
        number[me].store(mine, SeqCst);
        choosing[me].store(false, SeqCst);
        while choosing[other].load(SeqCst) {
            thread::yield_now();
        }
        loop {
            let theirs = number[other].load(SeqCst);
            if theirs == 0 || (mine, me) < (theirs, other) {
                break;
            }
            thread::yield_now();
        }
        assert_eq!(inside.fetch_add(1, SeqCst), 0, "two are inside");
        inside.fetch_sub(1, SeqCst);
        number[me].store(0, SeqCst);
    };
    thread::scope(|s| {
        s.spawn(|| round(0));
        s.spawn(|| round(1));
    });
}
