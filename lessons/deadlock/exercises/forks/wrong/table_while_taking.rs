//! Only one at a time may take forks. A philosopher who waits for a fork then keeps all others from
//! taking any.

use parking_lot::Mutex;

/// A round table with a fork between any two seats: as many forks as seats.
pub struct Table {
    forks: Vec<Mutex<()>>,
    taking: Mutex<()>,
}

impl Table {
    /// A table with this many seats, at least two.
    pub fn new(seats: usize) -> Self {
        let forks = (0..seats).map(|_| Mutex::new(())).collect();
        Table { forks, taking: Mutex::new(()) }
    }

    /// Takes the two forks beside this seat, eats, and puts them back.
    pub fn eat(&self, seat: usize, meal: impl FnOnce()) {
        let (left, right) = (seat, (seat + 1) % self.forks.len());
        let taking = self.taking.lock();
        let _left = self.forks[left].lock();
        let _right = self.forks[right].lock();
        drop(taking);
        meal();
    }
}
