//! Wrong: for a moment, the seat belongs to a guest without a name.

use parking_lot::Mutex;

/// The seats of a hall. A seat that is taken holds its owner's name.
pub type Seats = Mutex<Vec<Option<String>>>;

/// Takes the first free seat for this owner, and returns its number. `None` if no seat is
/// free.
pub fn book(seats: &Seats, owner: &str) -> Option<usize> {
    let mut taken = seats.lock();
    let free = taken.iter().position(|seat| seat.is_none())?;
    taken[free] = Some(String::new());
    drop(taken);
    seats.lock()[free] = Some(owner.to_owned());
    Some(free)
}
