//! A guest who leaves seats the waiting guests itself.
//!
//! Source: Little Book of Semaphores 7.1, non-solution 1 (woken guests and new ones).

use std::sync::{Condvar, Mutex};
use std::thread;

#[derive(Default)]
struct Bar {
    eating: u32, // of one seat
    waiting: u32,
    calls: u32,
    full: bool,
}

fn eat(bar: &Mutex<Bar>, called: &Condvar) {
    let mut b = bar.lock().unwrap();
    if b.full {
        b.waiting += 1;
        b = called.wait_while(b, |b| b.calls == 0).unwrap();
        b.calls -= 1;
    } else {
        b.eating += 1;
    }
    assert!(b.eating <= 1, "more guests than seats");
    b.full = b.eating == 1;
    drop(b);
    b = bar.lock().unwrap();
    b.eating -= 1;
    let next = b.waiting.min(1);
    b.calls += next;
    b.waiting -= next;
    b.eating += next;
    b.full = b.eating == 1;
    called.notify_all();
}

pub fn body() {
    let (bar, called) = (Mutex::default(), Condvar::new());
    thread::scope(|s| {
        s.spawn(|| eat(&bar, &called));
        s.spawn(|| eat(&bar, &called));
        eat(&bar, &called);
    });
}
