//! Both forks are taken at once, under one lock. But only one is woken when they are put
//! back, and that can be one who still lacks a fork.

use parking_lot::{Condvar, Mutex};

/// A round table with a fork between any two seats: as many forks as seats.
pub struct Table {
    free: Mutex<Vec<bool>>,
    put_back: Condvar,
}

impl Table {
    /// A table with this many seats, at least two.
    pub fn new(seats: usize) -> Self {
        Table { free: Mutex::new(vec![true; seats]), put_back: Condvar::new() }
    }

    /// Takes the two forks beside this seat, eats, and puts them back.
    pub fn eat(&self, seat: usize, meal: impl FnOnce()) {
        let mut free = self.free.lock();
        let (left, right) = (seat, (seat + 1) % free.len());
        while !free[left] || !free[right] {
            self.put_back.wait(&mut free);
        }
        (free[left], free[right]) = (false, false);
        drop(free);
        meal();
        let mut free = self.free.lock();
        (free[left], free[right]) = (true, true);
        self.put_back.notify_one();
    }
}
