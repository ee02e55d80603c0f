//! Deadlock: both see one message, one takes it, the other waits for ever.
//!
//! Source: vllm-project/vllm#42327, PrefectHQ/prefect#5213 (what `empty()` said is over when it is used).

use crossbeam_channel::{Receiver, unbounded};
use std::thread;

fn take(from: &Receiver<u32>) -> u32 {
    if from.is_empty() { 0 } else { from.recv().unwrap() }
}

pub fn body() {
    let (to, from) = unbounded();
    to.send(4).unwrap();
    let sum = thread::scope(|s| {
        let other = s.spawn(|| take(&from));
        take(&from) + other.join().unwrap()
    });
    drop(to);
    assert_eq!(sum, 4);
}
