//! The third timeout comes before the answer.
//!
//! Source: rust-lang/rust#152145, bobmatnyc/trusty-tools#809 (an answer that comes after the last try): needs three timeouts in one run.

use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

pub fn body() {
    let (to, from) = channel();
    let worker = thread::spawn(move || {
        let _ = to.send(1);
    });
    let answer = (0..3).find_map(|_| from.recv_timeout(Duration::from_millis(10)).ok());
    worker.join().unwrap();
    assert_eq!(answer, Some(1), "the worker had an answer");
}
