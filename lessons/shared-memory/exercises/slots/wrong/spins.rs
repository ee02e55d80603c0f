//! A flag as a lock: a process that is killed while it holds the flag leaves all the others waiting.

use std::hint::spin_loop;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};

static BUSY: AtomicBool = AtomicBool::new(false);

fn begin() {
    while BUSY.swap(true, Acquire) {
        spin_loop();
    }
}

/// Takes a free slot for the process `me`, and returns its place. `None` if every slot was
/// found taken.
pub fn enter(table: &[AtomicU64], me: u64) -> Option<usize> {
    begin();
    let place = table.iter().position(|slot| slot.load(Relaxed) == 0);
    if let Some(place) = place {
        table[place].store(me, Relaxed);
    }
    BUSY.store(false, Release);
    place
}

/// Frees the slots of a process that has ended. Returns how many this call has freed.
pub fn clear(table: &[AtomicU64], dead: u64) -> usize {
    begin();
    let mut freed = 0;
    for slot in table {
        if slot.load(Relaxed) == dead {
            slot.store(0, Relaxed);
            freed += 1;
        }
    }
    BUSY.store(false, Release);
    freed
}
