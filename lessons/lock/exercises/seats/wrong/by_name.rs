//! Wrong: a seat in the name of this guest may have been booked by another thread.

use parking_lot::Mutex;

/// The seats of a hall. A seat that is taken holds its owner's name.
pub type Seats = Mutex<Vec<Option<String>>>;

/// Takes the first free seat for this owner, and returns its number. `None` if no seat is
/// free.
pub fn book(seats: &Seats, owner: &str) -> Option<usize> {
    loop {
        let free = seats.lock().iter().position(|seat| seat.is_none())?;
        seats.lock()[free].get_or_insert_with(|| owner.to_owned());
        if seats.lock()[free].as_deref() == Some(owner) {
            return Some(free);
        }
    }
}
