//! A table of who is there, in memory that several processes share.
//!
//! A slot holds 0 while it is free, and otherwise the id of the process that has it. Both
//! functions look at a slot and write to it afterwards. Let nothing come in between, and
//! wait for nobody: any process may be killed at any moment.
//!
//!     cargo exercise check shared-memory/slots

use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::Relaxed;

/// Takes a free slot for the process `me`, and returns its place. `None` if every slot was
/// found taken.
pub fn enter(table: &[AtomicU64], me: u64) -> Option<usize> {
    for (place, slot) in table.iter().enumerate() {
        if slot.load(Relaxed) == 0 {
            slot.store(me, Relaxed);
            return Some(place);
        }
    }
    None
}

/// Frees the slots of a process that has ended. Returns how many this call has freed.
pub fn clear(table: &[AtomicU64], dead: u64) -> usize {
    let mut freed = 0;
    for slot in table {
        if slot.load(Relaxed) == dead {
            slot.store(0, Relaxed);
            freed += 1;
        }
    }
    freed
}
