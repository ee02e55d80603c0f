//! A pause only moves the moment at which the other thread comes in between.

use std::thread;
use std::time::Duration;

use parking_lot::Mutex;

/// The seats of a hall. A seat that is taken holds its owner's name.
pub type Seats = Mutex<Vec<Option<String>>>;

/// Takes the first free seat for this owner, and returns its number. `None` if no seat is
/// free.
pub fn book(seats: &Seats, owner: &str) -> Option<usize> {
    let free = seats.lock().iter().position(|seat| seat.is_none())?;
    thread::sleep(Duration::from_millis(10));
    seats.lock()[free] = Some(owner.to_owned());
    Some(free)
}
