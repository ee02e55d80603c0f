//! A lamp to read by: lent to two threads, given to one, or owned by several.
//!
//!     cargo run -p lesson-sharing
//!
//! Chapter: book/chapters/en/sharing.md
//! Try: let Emil leave without waiting for Dora. Who switches the lamp off?

use std::process::ExitCode;
use std::sync::Arc;
use std::thread;

use anyhow::Result;
use shared::{run, say, wait, work};

fn main() -> ExitCode {
    run(include_str!("main.rs"), lesson, &[])
}

fn lesson() -> Result<()> {
    lend()?;
    give()?;
    own_together()
}

// ANCHOR: lamp
struct Lamp(&'static str);

impl Drop for Lamp {
    fn drop(&mut self) {
        say!("switches the {} lamp off", self.0);
    }
}

fn read(lamp: &Lamp, seconds: f64) {
    say!("reads by the {} lamp", lamp.0);
    work(seconds);
}
// ANCHOR_END: lamp

// ANCHOR: one-owner
fn lend() -> Result<()> {
    let lamp = Lamp("red");
    wait("end of the scope", || {
        thread::scope(|threads| -> Result<()> {
            named("Ann").spawn_scoped(threads, || read(&lamp, 1.0))?;
            named("Bob").spawn_scoped(threads, || read(&lamp, 1.0))?;
            Ok(())
        })
    })
} // `main` has owned the lamp all the time, and switches it off

fn give() -> Result<()> {
    let lamp = Lamp("green");
    let cleo = named("Cleo").spawn(move || read(&lamp, 1.0))?; // the lamp goes with her
    wait("join Cleo", || cleo.join()).expect("she does not panic");
    Ok(())
}
// ANCHOR_END: one-owner

fn named(name: &str) -> thread::Builder {
    thread::Builder::new().name(name.into())
}

// ANCHOR: owners
fn own_together() -> Result<()> {
    let lamp = Arc::new(Lamp("blue"));
    count_owners(&lamp, 1);
    let (doras, emils) = (Arc::clone(&lamp), Arc::clone(&lamp));
    count_owners(&lamp, 3);
    drop(lamp); // `main` leaves first
    let dora = named("Dora").spawn(move || {
        read(&doras, 2.0);
        count_owners(&doras, 2);
    })?;
    let emil = named("Emil").spawn(move || {
        read(&emils, 1.0);
        wait("join Dora", || dora.join()).expect("she does not panic");
        count_owners(&emils, 1);
    })?;
    wait("join Emil", || emil.join()).expect("he does not panic");
    Ok(())
}

fn count_owners(lamp: &Arc<Lamp>, expected: usize) {
    let owners = Arc::strong_count(lamp);
    say!("counts owners of the {} lamp: {owners}", lamp.0);
    assert_eq!(owners, expected);
}
// ANCHOR_END: owners
