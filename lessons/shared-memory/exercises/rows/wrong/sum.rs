//! The first place is the sum of the numbers and 1, so that it is not 0 while there is a row: but a sum can wrap round to 0.

use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};

/// Puts a row there, if there is room. Returns whether there was.
pub fn put(memory: &[AtomicU64], row: &[u64]) -> bool {
    if memory[0].load(Acquire) != 0 {
        return false;
    }
    for (place, number) in memory[1..].iter().zip(row) {
        place.store(*number, Relaxed);
    }
    let sum = row.iter().fold(1, |sum: u64, number| sum.wrapping_add(*number));
    memory[0].store(sum, Release);
    true
}

/// Copies the row to `row` and makes room, if there is a row. Returns whether there was.
pub fn take(memory: &[AtomicU64], row: &mut [u64]) -> bool {
    if memory[0].load(Acquire) == 0 {
        return false;
    }
    for (place, number) in memory[1..].iter().zip(row) {
        *number = place.load(Relaxed);
    }
    memory[0].store(0, Release);
    true
}
