//! It waits for the answer or for the end.
//!
//! Source: rust-lang/rust#152145, bobmatnyc/trusty-tools#809 (an answer that comes after the last try): needs three timeouts in one run.

use std::sync::mpsc::channel;
use std::thread;

pub fn body() {
    let (to, from) = channel();
    let worker = thread::spawn(move || {
        let _ = to.send(1);
    });
    let answer = from.recv().ok();
    worker.join().unwrap();
    assert_eq!(answer, Some(1), "the worker had an answer");
}
