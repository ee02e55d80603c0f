//! `swap` is one step, and overwrites who is there.

use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::Relaxed;

/// Takes a free slot for the process `me`, and returns its place. `None` if every slot was
/// found taken.
pub fn enter(table: &[AtomicU64], me: u64) -> Option<usize> {
    table.iter().position(|slot| slot.swap(me, Relaxed) == 0)
}

/// Frees the slots of a process that has ended. Returns how many this call has freed.
pub fn clear(table: &[AtomicU64], dead: u64) -> usize {
    let frees =
        |slot: &&AtomicU64| slot.compare_exchange(dead, 0, Relaxed, Relaxed).is_ok();
    table.iter().filter(frees).count()
}
