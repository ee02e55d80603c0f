//! The count is taken down and asked in one step.
//!
//! Source: gfx-rs/wgpu#5018, kvark/choir#21, with a counter of its own.

use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::thread;

fn leave(owners: &AtomicU32, freed: &AtomicU32) {
    if owners.fetch_sub(1, SeqCst) == 1 {
        freed.fetch_add(1, SeqCst);
    }
}

pub fn body() {
    let (owners, freed) = (AtomicU32::new(2), AtomicU32::new(0));
    thread::scope(|s| {
        s.spawn(|| leave(&owners, &freed));
        s.spawn(|| leave(&owners, &freed));
    });
    assert_eq!(freed.load(SeqCst), 1, "freed once");
}
