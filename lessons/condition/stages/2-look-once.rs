//! Stage 2: the orders are counted, and the cook looks at the number once.

use std::sync::{Condvar, Mutex};
use std::thread;

// ANCHOR: kitchen
fn order(orders: &Mutex<u32>, bell: &Condvar) {
    *orders.lock().expect("nobody panics") += 1;
    bell.notify_one();
}

fn cook(orders: &Mutex<u32>, bell: &Condvar) {
    let mut orders = orders.lock().expect("nobody panics");
    if *orders < 2 {
        orders = bell.wait(orders).expect("nobody panics");
    }
    let begun = *orders;
    drop(orders);
    assert!(begun >= 2, "the cook begins with {begun} of 2 orders");
}
// ANCHOR_END: kitchen

fn main() {
    let (orders, bell) = (Mutex::new(0), Condvar::new());
    thread::scope(|threads| {
        threads.spawn(|| cook(&orders, &bell));
        threads.spawn(|| order(&orders, &bell));
        threads.spawn(|| order(&orders, &bell));
    });
}
