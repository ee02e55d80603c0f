//! The first three seats take the fork of the smaller number first, and everybody else the left
//! one: at a table for four, the circle closes.

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
        let (first, second) =
            if seat < 3 { (left.min(right), left.max(right)) } else { (left, right) };
        let _first = self.forks[first].lock();
        let _second = self.forks[second].lock();
        meal();
    }
}
