//! Wrong: while it looks at one seat, another that it has passed becomes free.

use parking_lot::Mutex;

/// The seats of a hall. A seat that is taken holds its owner's name.
pub type Seats = Mutex<Vec<Option<String>>>;

/// Takes the first free seat for this owner, and returns its number. `None` if no seat is
/// free.
pub fn book(seats: &Seats, owner: &str) -> Option<usize> {
    let all = seats.lock().len();
    for seat in 0..all {
        let mut seats = seats.lock();
        if seats[seat].is_none() {
            seats[seat] = Some(owner.to_owned());
            return Some(seat);
        }
    }
    None
}
