//! Stage 3: a bartender sleeps at the same bell, and each notification wakes only one of the two.

use std::sync::{Condvar, Mutex};
use std::thread;

// ANCHOR: kitchen
fn order(orders: &Mutex<u32>, bell: &Condvar) {
    *orders.lock().expect("nobody panics") += 1;
    bell.notify_one();
}

fn begin_with(wanted: u32, orders: &Mutex<u32>, bell: &Condvar) {
    let mut orders = orders.lock().expect("nobody panics");
    while *orders < wanted {
        orders = bell.wait(orders).expect("nobody panics");
    }
}
// ANCHOR_END: kitchen

fn main() {
    let (orders, bell) = (Mutex::new(0), Condvar::new());
    thread::scope(|threads| {
        let named = |name: &str| thread::Builder::new().name(name.to_owned());
        let bartender = || begin_with(1, &orders, &bell); // brings the drinks
        let cook = || begin_with(2, &orders, &bell);
        named("bartender").spawn_scoped(threads, bartender).expect("a thread");
        named("cook").spawn_scoped(threads, cook).expect("a thread");
        order(&orders, &bell);
        order(&orders, &bell);
    });
}
