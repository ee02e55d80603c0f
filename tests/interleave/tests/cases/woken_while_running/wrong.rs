//! Deadlock: woken in the middle of its run, a task is not queued again, for it counts as queued still.
//!
//! Source: camshaft/bach#48; ruffle-rs/ruffle#7954 (a flag that is taken back after the poll instead of before).

use crossbeam_channel::bounded;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::SeqCst};
use std::thread;

pub fn body() {
    let (queue, next) = bounded(4);
    let (queued, items) = (AtomicBool::new(false), AtomicU32::new(0));
    let wake = || {
        items.fetch_add(1, SeqCst);
        if !queued.swap(true, SeqCst) {
            queue.send(()).unwrap();
        }
    };
    thread::scope(|s| {
        s.spawn(|| {
            let mut done = 0;
            while done < 2 {
                next.recv().unwrap();
                done += items.swap(0, SeqCst);
                queued.store(false, SeqCst);
            }
        });
        wake();
        wake();
    });
}
