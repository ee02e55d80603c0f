//! One thread: music three times, then a film four times, one after the other.
//!
//!     cargo run -p lesson-single-thread
//!
//! Chapter: book/chapters/en/single-thread.md
//! Try: let the film come first. What changes, and what takes as long as before?

use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Result, ensure};
use shared::{run, say, stage, work};

fn main() -> ExitCode {
    run(include_str!("main.rs"), lesson, &[])
}

// ANCHOR: lesson
fn lesson() -> Result<()> {
    let start = Instant::now();
    music(3);
    film(4);

    say!("both are over");
    // One after the other: 3 times one second and 4 times one second are 7.
    ensure!(start.elapsed() >= stage::seconds(7.0)?, "seven seconds of work took less");
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
