//! Takes the slot first, and puts the other process back if there was one.

use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::Relaxed;

/// Takes a free slot for the process `me`, and returns its place. `None` if every slot was
/// found taken.
pub fn enter(table: &[AtomicU64], me: u64) -> Option<usize> {
    for (place, slot) in table.iter().enumerate() {
        match slot.swap(me, Relaxed) {
            0 => return Some(place),
            other => slot.store(other, Relaxed),
        }
    }
    None
}

/// Frees the slots of a process that has ended. Returns how many this call has freed.
pub fn clear(table: &[AtomicU64], dead: u64) -> usize {
    let frees =
        |slot: &&AtomicU64| slot.compare_exchange(dead, 0, Relaxed, Relaxed).is_ok();
    table.iter().filter(frees).count()
}
