//! All are told.
//!
//! Source: softprops/waitout#2 (`notify_one` where several wait for the same).

use std::sync::{Condvar, Mutex};
use std::thread;

struct Latch {
    left: Mutex<u32>,
    zero: Condvar,
}

impl Latch {
    fn done(&self) {
        let mut left = self.left.lock().unwrap();
        *left -= 1;
        if *left == 0 {
            self.zero.notify_all();
        }
    }

    fn wait(&self) {
        let left = self.left.lock().unwrap();
        drop(self.zero.wait_while(left, |left| *left > 0).unwrap());
    }
}

pub fn body() {
    let latch = Latch { left: Mutex::new(1), zero: Condvar::new() };
    thread::scope(|s| {
        s.spawn(|| latch.wait());
        s.spawn(|| latch.wait());
        latch.done();
    });
}
