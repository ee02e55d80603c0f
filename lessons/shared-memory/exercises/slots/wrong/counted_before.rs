//! Counts the slots first, and frees them afterwards.

use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::Relaxed;

/// Takes a free slot for the process `me`, and returns its place. `None` if every slot was
/// found taken.
pub fn enter(table: &[AtomicU64], me: u64) -> Option<usize> {
    table.iter().position(|slot| slot.compare_exchange(0, me, Relaxed, Relaxed).is_ok())
}

/// Frees the slots of a process that has ended. Returns how many this call has freed.
pub fn clear(table: &[AtomicU64], dead: u64) -> usize {
    let count = table.iter().filter(|slot| slot.load(Relaxed) == dead).count();
    for slot in table {
        let _ = slot.compare_exchange(dead, 0, Relaxed, Relaxed);
    }
    count
}
