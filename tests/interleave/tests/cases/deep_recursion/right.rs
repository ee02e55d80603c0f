//! Nothing is lost, as deep.
//!
//! Source: zonyitoo/coio-rs#30; vorner/corona#7; erweixin/RaTeX#144 (the smaller stack of a coroutine or thread).

use std::hint::black_box;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::thread;

fn deep(n: u32, then: &dyn Fn()) -> u32 {
    let room = black_box([n; 16]);
    if n == 0 {
        then();
        return room[0];
    }
    deep(n - 1, then) + room[15]
}

pub fn body() {
    let hits = AtomicU32::new(0);
    let add = || {
        hits.fetch_add(1, SeqCst);
    };
    thread::scope(|s| {
        s.spawn(|| deep(3000, &add));
        s.spawn(|| deep(3000, &add));
    });
    assert_eq!(hits.load(SeqCst), 2, "an update was lost");
}
