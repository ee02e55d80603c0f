//! Wrong: two forks are free, and the two who wake up may not be the ones who need them.

use parking_lot::{Condvar, Mutex};

/// A round table with a fork between any two seats: as many forks as seats.
pub struct Table {
    in_use: Mutex<Vec<bool>>,
    put_back: Condvar,
}

impl Table {
    /// A table with this many seats, at least two.
    pub fn new(seats: usize) -> Self {
        Table { in_use: Mutex::new(vec![false; seats]), put_back: Condvar::new() }
    }

    /// Takes the two forks beside this seat, eats, and puts them back.
    pub fn eat(&self, seat: usize, meal: impl FnOnce()) {
        let mut in_use = self.in_use.lock();
        let (left, right) = (seat, (seat + 1) % in_use.len());
        while in_use[left] || in_use[right] {
            self.put_back.wait(&mut in_use);
        }
        (in_use[left], in_use[right]) = (true, true);
        drop(in_use);
        meal();
        let mut in_use = self.in_use.lock();
        (in_use[left], in_use[right]) = (false, false);
        self.put_back.notify_one();
        self.put_back.notify_one();
    }
}
