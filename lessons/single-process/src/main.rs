//! One process: `work_1`, then `work_2`, one after the other.
//!
//!     cargo run -p lesson-single-process
//!
//! Chapter: book/chapters/en/single-process.md
//! Try: start it twice, in two terminals. Which number tells the two apart?

use std::process::{self, ExitCode};

use anyhow::{Result, ensure};
use shared::{run, say, work};

fn main() -> ExitCode {
    run(include_str!("main.rs"), lesson, &[])
}

// ANCHOR: lesson
fn lesson() -> Result<()> {
    let first = work_1();
    let second = work_2();
    say!("both are done");
    ensure!(first == second, "one process has one process id");
    Ok(())
}
// ANCHOR_END: lesson

// ANCHOR: work
fn work_1() -> u32 {
    for n in 1..=3 {
        say!("does work_1, {n} of 3, in process {}", process::id());
        work(1.0);
    }
    process::id()
}

fn work_2() -> u32 {
    for n in 1..=3 {
        say!("does work_2, {n} of 3, in process {}", process::id());
        work(1.0);
    }
    process::id()
}
// ANCHOR_END: work
