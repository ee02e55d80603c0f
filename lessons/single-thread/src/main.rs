//! One thread: music three times, then a film four times, one after the other.
//!
//!     cargo run -p lesson-single-thread
//!
//! Chapter: book/chapters/en/single-thread.md
//! Try: let the film come first. What changes, and what takes as long as before?

use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Result, ensure};
use shared::{run, say, work};

fn main() -> ExitCode {
    run(include_str!("main.rs"), lesson, &[])
}

// ANCHOR: lesson
fn lesson() -> Result<()> {
    let start = Instant::now();
    music(3);
    let after_music = start.elapsed();
    film(4);
    let whole = start.elapsed();

    say!("both are over");
    // The film has not begun before the music was over: the times add up.
    ensure!(whole > after_music, "the film took no time");
    Ok(())
}
// ANCHOR_END: lesson

// ANCHOR: work
fn music(times: u32) {
    for n in 1..=times {
        say!("listens to music, {n} of {times}");
        work(1.0);
    }
}

fn film(times: u32) {
    for n in 1..=times {
        say!("watches a film, {n} of {times}");
        work(1.0);
    }
}
// ANCHOR_END: work
