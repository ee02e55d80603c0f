//! A row is there if its numbers are not 0.

use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::Relaxed;

/// Puts a row there, if there is room. Returns whether there was.
pub fn put(memory: &[AtomicU64], row: &[u64]) -> bool {
    if memory[1..].iter().any(|place| place.load(Relaxed) != 0) {
        return false;
    }
    for (place, number) in memory[1..].iter().zip(row) {
        place.store(*number, Relaxed);
    }
    true
}

/// Copies the row to `row` and makes room, if there is a row. Returns whether there was.
pub fn take(memory: &[AtomicU64], row: &mut [u64]) -> bool {
    if memory[1..].iter().all(|place| place.load(Relaxed) == 0) {
        return false;
    }
    for (place, number) in memory[1..].iter().zip(row) {
        *number = place.load(Relaxed);
    }
    memory[1..].iter().for_each(|place| place.store(0, Relaxed));
    true
}
