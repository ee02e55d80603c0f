//! Five meals are right. From the sixth on, all take the left fork first.

use parking_lot::Mutex;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
pub struct Table {
    forks: Vec<Mutex<()>>,
    meals: AtomicU32,
}
impl Table {
    pub fn new(seats: usize) -> Self {
        Table {
            forks: (0..seats).map(|_| Mutex::new(())).collect(),
            meals: AtomicU32::new(0),
        }
    }
    pub fn eat(&self, seat: usize, meal: impl FnOnce()) {
        let (left, right) = (seat, (seat + 1) % self.forks.len());
        let n = self.meals.fetch_add(1, Relaxed);
        let (a, b) =
            if n < 5 { (left.min(right), left.max(right)) } else { (left, right) };
        let _first = self.forks[a].lock();
        let _second = self.forks[b].lock();
        meal();
    }
}
