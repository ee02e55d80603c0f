//! It counts as not queued before it looks.
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
                queued.store(false, SeqCst);
                done += items.swap(0, SeqCst);
            }
        });
        wake();
        wake();
    });
}
