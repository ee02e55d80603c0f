//! Sell no seat twice.
//!
//! `book` looks for a free seat under the lock, and takes it under the lock. In between,
//! the lock is free, and another thread can take the same seat.
//!
//!     cargo exercise check lock/seats

use parking_lot::Mutex;

/// The seats of a hall. A seat that is taken holds its owner's name.
pub type Seats = Mutex<Vec<Option<String>>>;

/// Takes the first free seat for this owner, and returns its number. `None` if no seat is
/// free.
pub fn book(seats: &Seats, owner: &str) -> Option<usize> {
    let free = seats.lock().iter().position(|seat| seat.is_none())?;
    seats.lock()[free] = Some(owner.to_owned());
    Some(free)
}
