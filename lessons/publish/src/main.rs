//! A text, then a flag that says it is there. Who sees the flag, sees the text?
//!
//!     cargo run -p lesson-publish
//!     cargo run -p lesson-publish -- --order relaxed
//!
//!     --order WHICH    of the flag [default: release-acquire; try: relaxed]
//!     --rounds N       how many texts, each with a flag [default: 50000; try: 1]
//!
//! Chapter: book/chapters/en/publish.md
//! Python: no twin. It has no flag whose order one could choose.
//! Try: set the flag first, and then write the text.

use std::process::ExitCode;
use std::sync::atomic::Ordering::{self, Acquire, Relaxed, Release};
use std::sync::atomic::{AtomicBool, AtomicU32};
use std::{hint, iter, thread};

use anyhow::{Result, ensure};
use shared::choice::{self, BadArgument};
use shared::{busy, run, say, wait};

fn main() -> ExitCode {
    run(include_str!("main.rs"), lesson, &[])
}

struct Letter {
    text: AtomicU32,
    ready: AtomicBool,
}

// ANCHOR: write
/// Writes the text, and then says that it is there.
fn write(letter: &Letter, order: Ordering) {
    letter.text.store(7, Relaxed);
    letter.ready.store(true, order);
}
// ANCHOR_END: write

// ANCHOR: read
/// Waits until the flag says that the text is there, and reads it.
fn read(letter: &Letter, order: Ordering) -> u32 {
    let mut looks = 0;
    while !letter.ready.load(order) {
        looks += 1;
        match looks % 50 {
            0 => thread::yield_now(), // the writer may need this core
            _ => hint::spin_loop(),
        }
    }
    letter.text.load(Relaxed)
}
// ANCHOR_END: read

// ANCHOR: lesson
fn lesson() -> Result<()> {
    let name = choice::value::<String>("--order")?;
    let (store, load) = match &*name {
        "relaxed" => (Relaxed, Relaxed),
        "release-acquire" => (Release, Acquire),
        other => return Err(BadArgument(format!("no such --order: {other}")).into()),
    };
    let rounds = choice::value::<u16>("--rounds")?.into();
    let new = || Letter { text: AtomicU32::new(0), ready: AtomicBool::new(false) };
    let letters: Vec<_> = iter::repeat_with(new).take(rounds).collect();

    let missing = thread::scope(|threads| -> Result<_> {
        let named = |name: &str| thread::Builder::new().name(name.into());
        let writer = named("writer").spawn_scoped(threads, || {
            busy("writes", || letters.iter().for_each(|letter| write(letter, store)));
        })?;
        let reader = named("reader").spawn_scoped(threads, || {
            let read = |letter: &&Letter| read(letter, load) == 0;
            busy("reads", || letters.iter().filter(read).count())
        })?;
        wait("join writer", || writer.join()).expect("it does not panic");
        Ok(wait("join reader", || reader.join()).expect("it does not panic"))
    })?;

    say!("flag seen without the text in {missing} of {rounds} rounds");
    ensure!(
        missing == 0 || name == "relaxed",
        "with Release and Acquire, the text is there"
    );
    Ok(())
}
// ANCHOR_END: lesson
