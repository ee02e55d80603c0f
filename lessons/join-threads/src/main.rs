//! Two threads that `main` waits for: from one comes a result, from the other a
//! panic.
//!
//!     cargo run -p lesson-join-threads
//!
//! Chapter: book/chapters/en/join-threads.md
//! Try: join the film before the music. Which lines move, and which can't?

use std::any::Any;
use std::process::ExitCode;
use std::thread;

use anyhow::{Result, bail, ensure};
use shared::{run, say, wait, work};

fn main() -> ExitCode {
    run(include_str!("main.rs"), lesson, &[])
}

// ANCHOR: lesson
fn lesson() -> Result<()> {
    let music = thread::Builder::new().name("music".into()).spawn(|| music(3))?;
    let film = thread::Builder::new().name("film".into()).spawn(|| film(4))?;

    let Ok(songs) = wait("join music", || music.join()) else {
        bail!("the music panicked")
    };
    say!("music returned: {songs} songs");
    ensure!(songs == 3, "{songs} songs instead of 3");

    let Err(panic) = wait("join film", || film.join()) else {
        bail!("the film came to its end")
    };
    say!("film panicked: {}", message(&*panic));
    Ok(())
}

/// A panic carries any value: a plain text, a formatted one, or something else.
fn message(panic: &(dyn Any + Send)) -> &str {
    let plain = panic.downcast_ref::<&str>().copied();
    plain.or(panic.downcast_ref().map(String::as_str)).unwrap_or("no text")
}
// ANCHOR_END: lesson

// ANCHOR: threads
fn music(songs: u32) -> u32 {
    for n in 1..=songs {
        say!("listens to music, {n} of {songs}");
        work(1.0);
    }
    songs
}

fn film(parts: u32) -> u32 {
    for n in 1..=parts {
        say!("watches a film, {n} of {parts}");
        work(1.0);
        if n == 3 {
            panic!("the film tears");
        }
    }
    parts
}
// ANCHOR_END: threads
