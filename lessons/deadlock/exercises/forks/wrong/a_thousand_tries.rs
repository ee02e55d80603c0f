//! Wrong: somebody may eat for longer than a thousand tries.

use std::thread;

use parking_lot::Mutex;

/// A round table with a fork between any two seats: as many forks as seats.
pub struct Table {
    forks: Vec<Mutex<()>>,
}

impl Table {
    /// A table with this many seats, at least two.
    pub fn new(seats: usize) -> Self {
        let forks = (0..seats).map(|_| Mutex::new(())).collect();
        Table { forks }
    }

    /// Takes the two forks beside this seat, eats, and puts them back.
    pub fn eat(&self, seat: usize, meal: impl FnOnce()) {
        let (left, right) = (seat, (seat + 1) % self.forks.len());
        for _ in 0..1000 {
            let left = self.forks[left].lock();
            if let Some(_right) = self.forks[right].try_lock() {
                return meal();
            }
            drop(left);
            thread::yield_now();
        }
    }
}
