//! Everything is relaxed.

use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::Relaxed;

/// Puts a row there, if there is room. Returns whether there was.
pub fn put(memory: &[AtomicU64], row: &[u64]) -> bool {
    if memory[0].load(Relaxed) == 1 {
        return false;
    }
    for (place, number) in memory[1..].iter().zip(row) {
        place.store(*number, Relaxed);
    }
    memory[0].store(1, Relaxed);
    true
}

/// Copies the row to `row` and makes room, if there is a row. Returns whether there was.
pub fn take(memory: &[AtomicU64], row: &mut [u64]) -> bool {
    if memory[0].load(Relaxed) == 0 {
        return false;
    }
    for (place, number) in memory[1..].iter().zip(row) {
        *number = place.load(Relaxed);
    }
    memory[0].store(0, Relaxed);
    true
}
