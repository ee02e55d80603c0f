//! A lock of this process, which the other processes do not have.

use std::sync::Mutex;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::Relaxed;

static LOCK: Mutex<()> = Mutex::new(());

/// Takes a free slot for the process `me`, and returns its place. `None` if every slot was
/// found taken.
pub fn enter(table: &[AtomicU64], me: u64) -> Option<usize> {
    let _guard = LOCK.lock();
    let place = table.iter().position(|slot| slot.load(Relaxed) == 0)?;
    table[place].store(me, Relaxed);
    Some(place)
}

/// Frees the slots of a process that has ended. Returns how many this call has freed.
pub fn clear(table: &[AtomicU64], dead: u64) -> usize {
    let _guard = LOCK.lock();
    let mut freed = 0;
    for slot in table {
        if slot.load(Relaxed) == dead {
            slot.store(0, Relaxed);
            freed += 1;
        }
    }
    freed
}
