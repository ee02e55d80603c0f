//! A reply is read before the next request.
//!
//! Source: cockroach#2448 (GoKer), awslabs/shuttle tests/basic/mpsc.rs, servo/ipc-channel#275.

use std::sync::mpsc::sync_channel;
use std::thread;

pub fn body() {
    let (ask, asked) = sync_channel::<u32>(1);
    let (tell, told) = sync_channel(1);
    let server = thread::spawn(move || {
        for n in asked {
            tell.send(n * 2).unwrap();
        }
    });
    let mut sum = 0u32;
    for n in 1..=4 {
        ask.send(n).unwrap();
        sum += told.recv().unwrap();
    }
    drop(ask);
    sum += told.iter().sum::<u32>();
    server.join().unwrap();
    assert_eq!(sum, 20);
}
