//! It looks at a thousand slots at most.

use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::Relaxed;

/// Takes a free slot for the process `me`, and returns its place. `None` if every slot was
/// found taken.
pub fn enter(table: &[AtomicU64], me: u64) -> Option<usize> {
    table.iter().take(1000).position(|slot| exchange(slot, 0, me))
}

/// Frees the slots of a process that has ended. Returns how many this call has freed.
pub fn clear(table: &[AtomicU64], dead: u64) -> usize {
    table.iter().filter(|slot| exchange(slot, dead, 0)).count()
}

fn exchange(slot: &AtomicU64, old: u64, new: u64) -> bool {
    slot.compare_exchange(old, new, Relaxed, Relaxed).is_ok()
}
