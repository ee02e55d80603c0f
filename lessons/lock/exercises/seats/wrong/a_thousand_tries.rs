//! Wrong: another guest may be quicker a thousand times.

use parking_lot::Mutex;

/// The seats of a hall. A seat that is taken holds its owner's name.
pub type Seats = Mutex<Vec<Option<String>>>;

/// Takes the first free seat for this owner, and returns its number. `None` if no seat is
/// free.
pub fn book(seats: &Seats, owner: &str) -> Option<usize> {
    for _ in 0..1000 {
        let free = seats.lock().iter().position(|seat| seat.is_none())?;
        let mut seats = seats.lock();
        if seats[free].is_none() {
            seats[free] = Some(owner.to_owned());
            return Some(free);
        }
    }
    None
}
