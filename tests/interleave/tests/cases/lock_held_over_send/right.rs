//! It sends without the lock.
//!
//! Source: grpc-go#1353, etcd#7443, kubernetes#10182 (GoKer, channel and lock).

use crossbeam_channel::bounded;
use parking_lot::Mutex;
use std::thread;

pub fn body() {
    let version = Mutex::new(0);
    let (events, listener) = bounded(0);
    thread::scope(|s| {
        s.spawn(|| {
            for event in listener {
                assert!(event <= *version.lock());
            }
        });
        s.spawn(|| {
            let events = events;
            for _ in 0..2 {
                let mut held = version.lock();
                *held += 1;
                let now = *held;
                drop(held);
                events.send(now).unwrap();
            }
        });
    });
}
