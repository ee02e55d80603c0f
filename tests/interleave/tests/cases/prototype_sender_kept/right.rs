//! The prototype is gone before the end is waited for.
//!
//! Source: crossbeam-rs/crossbeam#750, #570; tokio-rs/tokio#2046 (a sender that is only there to be cloned).

use crossbeam_channel::{Sender, unbounded};
use std::thread;

struct Hub {
    prototype: Sender<u32>,
}

pub fn body() {
    let (prototype, inbox) = unbounded();
    let hub = Hub { prototype };
    let clients = [1, 2].map(|n| {
        let to_hub = hub.prototype.clone();
        thread::spawn(move || to_hub.send(n).unwrap())
    });
    drop(hub);
    let sum: u32 = inbox.iter().sum();
    for client in clients {
        client.join().unwrap();
    }
    assert_eq!(sum, 3);
}
