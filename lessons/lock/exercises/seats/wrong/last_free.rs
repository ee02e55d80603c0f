//! Sells no seat twice, but the last free seat first.

use parking_lot::Mutex;

/// The seats of a hall. A seat that is taken holds its owner's name.
pub type Seats = Mutex<Vec<Option<String>>>;

/// Takes the first free seat for this owner, and returns its number. `None` if no seat is
/// free.
pub fn book(seats: &Seats, owner: &str) -> Option<usize> {
    let mut seats = seats.lock();
    let free = seats.iter().rposition(|seat| seat.is_none())?;
    seats[free] = Some(owner.to_owned());
    Some(free)
}
