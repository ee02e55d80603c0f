//! `put` waits until there is room.

use std::hint::spin_loop;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};

/// Puts a row there, if there is room. Returns whether there was.
pub fn put(memory: &[AtomicU64], row: &[u64]) -> bool {
    while memory[0].load(Acquire) == 1 {
        spin_loop();
    }
    for (place, number) in memory[1..].iter().zip(row) {
        place.store(*number, Relaxed);
    }
    memory[0].store(1, Release);
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
