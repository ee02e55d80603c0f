//! It is offered until somebody takes it.
//!
//! Source: smol-rs/async-channel#58; zesterer/flume#145 (capacity 0: a try finds room only where somebody waits).

use crossbeam_channel::bounded;
use std::thread;

pub fn body() {
    let (to, from) = bounded::<u32>(0);
    thread::scope(|s| {
        s.spawn(|| assert_eq!(from.recv(), Ok(4)));
        while to.try_send(4).is_err() {
            thread::yield_now();
        }
    });
    drop(to);
}
