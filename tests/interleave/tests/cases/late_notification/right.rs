//! The condition is asked again.
//!
//! Source: Amanieu/parking_lot#318; OSTEP fig. 30.8 (a notification that belongs to an item already taken).

use parking_lot::{Condvar, Mutex};
use std::thread;

fn take(items: &Mutex<Vec<u32>>, more: &Condvar) -> u32 {
    let mut items = items.lock();
    while items.is_empty() {
        more.wait(&mut items);
    }
    items.pop().expect("woken, so something is there")
}

pub fn body() {
    let (items, more) = (Mutex::new(Vec::new()), Condvar::new());
    thread::scope(|s| {
        s.spawn(|| {
            for n in [1, 2] {
                items.lock().push(n);
                more.notify_one(); // the lock is free again by now
            }
        });
        assert_eq!(take(&items, &more) + take(&items, &more), 3);
    });
}
