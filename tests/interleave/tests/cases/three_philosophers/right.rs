//! All take the lower number first.
//!
//! Source: SCTBench CS.din_phil3_sat.

use parking_lot::Mutex;
use std::thread;

pub fn body() {
    let forks = [const { Mutex::new(()) }; 3];
    let dine = |seat: usize| {
        let (left, right) = (seat, (seat + 1) % 3);
        let (first, second) = (left.min(right), left.max(right));
        let _first = forks[first].lock();
        let _second = forks[second].lock();
    };
    thread::scope(|s| {
        s.spawn(|| dine(0));
        s.spawn(|| dine(1));
        s.spawn(|| dine(2));
    });
}
