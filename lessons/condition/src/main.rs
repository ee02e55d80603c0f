//! A cook waits until three orders are there, asleep at a condition variable.
//!
//!     cargo run -p lesson-condition
//!     cargo run -p lesson-condition -- --late
//!
//!     --guests N    guests, each with one order [default: 3; try: 1, 2]
//!     --late        the cook comes when all have ordered
//!
//! Chapter: book/chapters/en/condition.md
//! Try: write `if` in place of `while`. How many orders does the cook begin with?

use std::process::ExitCode;
use std::sync::{Condvar, Mutex};
use std::thread;

use anyhow::{Result, ensure};
use shared::{choice, run, say, wait, work};

fn main() -> ExitCode {
    run(include_str!("main.rs"), lesson, &[])
}

// ANCHOR: lesson
fn lesson() -> Result<()> {
    let guests = choice::value("--guests")?;
    let comes = if choice::flag("--late") { f64::from(guests) } else { 0.0 };
    let orders = Mutex::new(0); // what the cook waits for
    let bell = Condvar::new(); // where the cook sleeps until the orders change

    let (begun, wakes) = thread::scope(|threads| -> Result<_> {
        let named = |name: &str| thread::Builder::new().name(name.into());
        let cook = || cook(&orders, &bell, guests, comes);
        let cook = named("cook").spawn_scoped(threads, cook)?;
        for guest in 1..=guests {
            let (orders, bell) = (&orders, &bell);
            let order = move || order(orders, bell, guest);
            named(&format!("guest {guest}")).spawn_scoped(threads, order)?;
        }
        Ok(wait("join cook", || cook.join()).expect("it does not panic"))
    })?;
    say!("the cook began with {begun} of {guests} orders, and woke up {wakes} times");
    ensure!(begun == guests, "the cook has begun too early");
    Ok(())
}
// ANCHOR_END: lesson

// ANCHOR: order
fn order(orders: &Mutex<u32>, bell: &Condvar, guest: u32) {
    work(f64::from(guest) / 2.0);
    let mut orders = orders.lock().expect("nobody panics");
    *orders += 1;
    say!("gives order {orders}");
    bell.notify_one(); // wakes the cook, if the cook sleeps there now
}
// ANCHOR_END: order

// ANCHOR: cook
fn cook(orders: &Mutex<u32>, bell: &Condvar, wanted: u32, comes: f64) -> (u32, u32) {
    work(comes);
    let mut wakes = 0;
    let mut orders = orders.lock().expect("nobody panics");
    while *orders < wanted {
        orders = wait("bell", || bell.wait(orders)).expect("nobody panics");
        wakes += 1;
        say!("wakes up: {orders} of {wanted} orders");
    }
    let begun = *orders;
    drop(orders); // nobody has to wait while the cook works
    say!("cooks for {begun}");
    work(1.0);
    (begun, wakes)
}
// ANCHOR_END: cook
