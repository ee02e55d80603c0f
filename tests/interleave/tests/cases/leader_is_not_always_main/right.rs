//! There is one leader. It can be any thread.
//!
//! Source: std::sync::Barrier documentation; awslabs/shuttle barrier_test_nondeterministic_leader.

use std::sync::Barrier;
use std::thread;

pub fn body() {
    let barrier = Barrier::new(2);
    thread::scope(|s| {
        let other = s.spawn(|| barrier.wait().is_leader());
        let main = barrier.wait().is_leader();
        let other = other.join().unwrap();
        assert!(main != other);
    });
}
