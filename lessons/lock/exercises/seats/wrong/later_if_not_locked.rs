//! From the tenth call on, a guest is sent away if the lock isn't free.

use parking_lot::Mutex;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
pub type Seats = Mutex<Vec<Option<String>>>;
static CALLS: AtomicU32 = AtomicU32::new(0);
pub fn book(seats: &Seats, owner: &str) -> Option<usize> {
    let n = CALLS.fetch_add(1, Relaxed);
    let mut seats = if n < 9 { seats.lock() } else { seats.try_lock()? };
    let free = seats.iter().position(|seat| seat.is_none())?;
    seats[free] = Some(owner.to_owned());
    Some(free)
}
