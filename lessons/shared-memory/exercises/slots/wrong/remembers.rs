//! It remembers up to where all slots are taken. Another process may have freed one.

use std::sync::atomic::Ordering::Relaxed;
use std::sync::atomic::{AtomicU64, AtomicUsize};

static FIRST: AtomicUsize = AtomicUsize::new(0);

/// Takes a free slot for the process `me`, and returns its place. `None` if every slot was
/// found taken.
pub fn enter(table: &[AtomicU64], me: u64) -> Option<usize> {
    let first = FIRST.load(Relaxed).min(table.len());
    let place = table[first..].iter().position(|slot| exchange(slot, 0, me))?;
    FIRST.store(first + place + 1, Relaxed);
    Some(first + place)
}

/// Frees the slots of a process that has ended. Returns how many this call has freed.
pub fn clear(table: &[AtomicU64], dead: u64) -> usize {
    FIRST.store(0, Relaxed);
    table.iter().filter(|slot| exchange(slot, dead, 0)).count()
}

fn exchange(slot: &AtomicU64, old: u64, new: u64) -> bool {
    slot.compare_exchange(old, new, Relaxed, Relaxed).is_ok()
}
