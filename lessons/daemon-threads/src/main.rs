//! Two threads that nobody waits for: they die with `main`, in mid-work.
//!
//!     cargo run -p lesson-daemon-threads
//!
//! Chapter: book/chapters/en/daemon-threads.md
//! Try: take the `work(2.5)` out of `lesson`. How far do the two threads get?

use std::process::ExitCode;
use std::thread;

use anyhow::{Result, ensure};
use shared::{run, say, work};

fn main() -> ExitCode {
    run(include_str!("main.rs"), lesson, &[])
}

// ANCHOR: lesson
fn lesson() -> Result<()> {
    let music = thread::Builder::new().name("music".into()).spawn(music)?;
    let film = thread::Builder::new().name("film".into()).spawn(film)?;

    work(2.5);
    ensure!(!music.is_finished() && !film.is_finished(), "neither can end by itself");
    say!("ends, and waits for nobody");
    Ok(()) // the program is over here, for all its threads
}
// ANCHOR_END: lesson

// ANCHOR: threads
fn music() {
    for n in 1.. {
        say!("listens to music, {n}");
        work(1.0);
    }
}

fn film() {
    for n in 1.. {
        say!("watches a film, {n}");
        work(1.0);
    }
}
// ANCHOR_END: threads
