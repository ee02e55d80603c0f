//! The wish first, then the turn.
//!
//! Source: SV-COMP pthread-atomic/peterson; Deadlock Empire 5-peterson.

use std::hint::spin_loop;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering::SeqCst};
use std::thread;

pub fn body() {
    let wishes = [AtomicBool::new(false), AtomicBool::new(false)];
    let (turn, inside) = (AtomicUsize::new(0), AtomicU32::new(0));
    let enter = |me: usize| {
        wishes[me].store(true, SeqCst);
        turn.store(1 - me, SeqCst);
        while wishes[1 - me].load(SeqCst) && turn.load(SeqCst) == 1 - me {
            spin_loop();
        }
        assert_eq!(inside.fetch_add(1, SeqCst), 0, "two are inside");
        inside.fetch_sub(1, SeqCst);
        wishes[me].store(false, SeqCst);
    };
    thread::scope(|s| {
        s.spawn(|| enter(0));
        s.spawn(|| enter(1));
    });
}
