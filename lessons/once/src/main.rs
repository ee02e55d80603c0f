//! Once: two bakers need the oven at the same time, and it is lit once.
//!
//!     cargo run -p lesson-once
//!
//!     --loaves N    loaves that each of them bakes [default: 2; try: 1]
//!
//! Chapter: book/chapters/en/once.md
//! Try: make `LOAVES` a plain `static AtomicU32`. What does each count now?

use std::cell::Cell;
use std::process::ExitCode;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::{ptr, thread};

use anyhow::{Result, ensure};
use shared::{choice, run, say, wait, work};

fn main() -> ExitCode {
    run(include_str!("main.rs"), lesson, &[])
}

// ANCHOR: lesson
fn lesson() -> Result<()> {
    let loaves = choice::value::<u8>("--loaves")?.into();
    let baker = |name: &str| thread::Builder::new().name(name.into());
    let ann = baker("Ann").spawn(move || bake(loaves))?;
    let bob = baker("Bob").spawn(move || bake(loaves))?;
    let (anns, by_ann) = wait("join Ann", || ann.join()).expect("she does not panic");
    let (bobs, by_bob) = wait("join Bob", || bob.join()).expect("he does not panic");

    let (lit, by_main) = (TIMES_LIT.load(Relaxed), LOAVES.get());
    say!("{} lit the oven, {lit} time", anns.lit_by);
    say!("loaves: Ann {by_ann}, Bob {by_bob}, main {by_main}");
    ensure!(lit == 1 && ptr::eq(anns, bobs), "there has to be one oven");
    let apart = (by_ann, by_bob, by_main) == (loaves, loaves, 0);
    ensure!(apart, "each has to count its own loaves");
    Ok(())
}
// ANCHOR_END: lesson

// ANCHOR: oven
static OVEN: OnceLock<Oven> = OnceLock::new(); // empty until somebody needs it
static TIMES_LIT: AtomicU32 = AtomicU32::new(0);

struct Oven {
    lit_by: String,
}

fn light() -> Oven {
    say!("lights the oven");
    work(2.0);
    TIMES_LIT.fetch_add(1, Relaxed);
    Oven { lit_by: thread::current().name().unwrap_or("somebody").into() }
}
// ANCHOR_END: oven

// ANCHOR: bake
thread_local! {
    static LOAVES: Cell<u32> = const { Cell::new(0) }; // each thread has its own
}

fn bake(loaves: u32) -> (&'static Oven, u32) {
    say!("needs the oven");
    let oven = wait("the oven", || OVEN.get_or_init(light));
    for _ in 0..loaves {
        work(1.0);
        LOAVES.set(LOAVES.get() + 1);
        say!("has baked {}", LOAVES.get());
    }
    (oven, LOAVES.get())
}
// ANCHOR_END: bake
