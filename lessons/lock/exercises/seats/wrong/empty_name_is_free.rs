//! A seat whose owner's name is empty counts as free.

use parking_lot::Mutex;

pub type Seats = Mutex<Vec<Option<String>>>;

pub fn book(seats: &Seats, owner: &str) -> Option<usize> {
    let mut seats = seats.lock();
    let free =
        seats.iter().position(|seat| seat.as_deref().unwrap_or("").is_empty())?;
    seats[free] = Some(owner.to_owned());
    Some(free)
}
