//! Even seats take the left fork first, odd ones the right one. But there are at most
//! 256 forks.

use parking_lot::Mutex;
// even seats left first, odd right first: at a table with an odd number it still works
pub struct Table {
    forks: Vec<Mutex<()>>,
}
impl Table {
    pub fn new(seats: usize) -> Self {
        Table { forks: (0..seats.min(256)).map(|_| Mutex::new(())).collect() }
    }
    pub fn eat(&self, seat: usize, meal: impl FnOnce()) {
        let (left, right) = (seat, (seat + 1) % self.forks.len());
        let (a, b) = if seat % 2 == 0 { (left, right) } else { (right, left) };
        let _first = self.forks[a].lock();
        let _second = self.forks[b].lock();
        meal();
    }
}
