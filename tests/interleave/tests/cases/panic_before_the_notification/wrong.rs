//! In some order the worker panics, and main waits for ever (or its panic is told).
//!
//! Source: roc-lang/roc#7218, flume#89 (a worker that panics never tells that it is over).

use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::sync::{Condvar, Mutex};
use std::thread;

struct Shared {
    over: Mutex<bool>,
    changed: Condvar,
}

struct Tells<'a>(&'a Shared);

impl Drop for Tells<'_> {
    fn drop(&mut self) {
        *self.0.over.lock().unwrap() = true;
        self.0.changed.notify_all();
    }
}

pub fn body() {
    let (people, shared) = (AtomicU32::new(0), Shared { over: Mutex::new(false), changed: Condvar::new() });
    thread::scope(|s| {
        let worker = s.spawn(|| {
            let share = 10 / people.load(SeqCst); // nobody is there yet, perhaps
            drop(Tells(&shared));
            share
        });
        people.store(5, SeqCst);
        let over = shared.over.lock().unwrap();
        drop(shared.changed.wait_while(over, |over| !*over).unwrap());
        let share = worker.join();
        assert!(share.is_err() || share.is_ok_and(|share| share == 2));
    });
}
