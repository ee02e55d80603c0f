//! The first place counts, and stops after a thousand rows.

use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};

/// Puts a row there, if there is room. Returns whether there was.
pub fn put(memory: &[AtomicU64], row: &[u64]) -> bool {
    let turn = memory[0].load(Acquire);
    if turn % 2 == 1 || turn == 2000 {
        return false;
    }
    for (place, number) in memory[1..].iter().zip(row) {
        place.store(*number, Relaxed);
    }
    memory[0].store(turn + 1, Release);
    true
}

/// Copies the row to `row` and makes room, if there is a row. Returns whether there was.
pub fn take(memory: &[AtomicU64], row: &mut [u64]) -> bool {
    let turn = memory[0].load(Acquire);
    if turn.is_multiple_of(2) {
        return false;
    }
    for (place, number) in memory[1..].iter().zip(row) {
        *number = place.load(Relaxed);
    }
    memory[0].store(turn + 1, Release);
    true
}
