//! A guest who has a seat gets the same one again. Two guests can have the same name.

use parking_lot::Mutex;

/// The seats of a hall. A seat that is taken holds its owner's name.
pub type Seats = Mutex<Vec<Option<String>>>;

/// Takes the first free seat for this owner, and returns its number. `None` if no seat is
/// free.
pub fn book(seats: &Seats, owner: &str) -> Option<usize> {
    let mut seats = seats.lock();
    if let Some(had) = seats.iter().position(|seat| seat.as_deref() == Some(owner)) {
        return Some(had);
    }
    let free = seats.iter().position(|seat| seat.is_none())?;
    seats[free] = Some(owner.to_owned());
    Some(free)
}
