//! A semaphore: five cars, and a car park with three places.
//!
//!     cargo run -p lesson-semaphore
//!
//!     --cars N      cars that want to park [default: 5; try: 2, 9]
//!     --places N    parking places, 1 or more [default: 3; try: 1, 2]
//!     --closed      no place is free until main opens the car park
//!
//! Chapter: book/chapters/en/semaphore.md
//! Try: call `release` twice when a car drives off. Which check finds it?

use std::num::NonZeroU8;
use std::process::ExitCode;
use std::sync::{Condvar, Mutex, atomic::AtomicUsize, atomic::Ordering::Relaxed};
use std::thread;

use anyhow::{Result, ensure};
use shared::{choice, run, say, wait, work};

fn main() -> ExitCode {
    run(include_str!("main.rs"), lesson, &[])
}

// ANCHOR: semaphore
struct Semaphore {
    permits: Mutex<usize>,
    released: Condvar,
}

impl Semaphore {
    fn new(permits: usize) -> Self {
        Semaphore { permits: Mutex::new(permits), released: Condvar::new() }
    }

    /// Takes a permit. While there is none, it waits.
    fn acquire(&self) {
        let mut permits = self.permits.lock().expect("nobody panics");
        while *permits == 0 {
            permits = self.released.wait(permits).expect("nobody panics");
        }
        *permits -= 1;
    }

    /// Adds a permit. Any thread may do that, even one that has never taken one.
    fn release(&self) {
        let mut permits = self.permits.lock().expect("nobody panics");
        *permits += 1;
        self.released.notify_one();
    }
}
// ANCHOR_END: semaphore

// ANCHOR: lesson
fn lesson() -> Result<()> {
    let (cars, closed): (u8, _) = (choice::value("--cars")?, choice::flag("--closed"));
    let places = choice::value::<NonZeroU8>("--places")?.get().into();
    let free = Semaphore::new(if closed { 0 } else { places });
    let parked = AtomicUsize::new(0);
    let most = thread::scope(|threads| -> Result<_> {
        let named = |n| thread::Builder::new().name(format!("car {n}"));
        let start = |n| named(n).spawn_scoped(threads, || park(&free, &parked));
        let cars = (1..=cars).map(start).collect::<Result<Vec<_>, _>>()?;
        if closed {
            work(0.5);
            say!("opens {places} places");
            (0..places).for_each(|_| free.release());
        }
        Ok(cars.into_iter().map(|t| wait("join", || t.join()).expect("no panic")).max())
    })?;

    let (most, free) = (most.unwrap_or(0), free.permits.into_inner()?);
    say!("parked at once: at most {most}; free places at the end: {free}");
    ensure!(most <= places, "more cars than places");
    ensure!(free == places, "a place is lost, or there twice");
    Ok(())
}
// ANCHOR_END: lesson

// ANCHOR: park
fn park(free: &Semaphore, parked: &AtomicUsize) -> usize {
    wait("a place", || free.acquire());
    let count = parked.fetch_add(1, Relaxed) + 1;
    say!("parks; cars parked: {count}");
    work(1.0);
    parked.fetch_sub(1, Relaxed);
    say!("drives off");
    free.release();
    count
}
// ANCHOR_END: park
