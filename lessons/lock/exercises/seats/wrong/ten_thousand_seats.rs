//! Only the first ten thousand seats are looked at.

use parking_lot::Mutex;
pub type Seats = Mutex<Vec<Option<String>>>;
pub fn book(seats: &Seats, owner: &str) -> Option<usize> {
    let mut seats = seats.lock();
    let free = seats.iter().take(10_000).position(|seat| seat.is_none())?;
    seats[free] = Some(owner.to_owned());
    Some(free)
}
