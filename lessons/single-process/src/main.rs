//! One process: what it is, and what it does: `work_1`, then `work_2`.
//!
//!     cargo run -p lesson-single-process
//!
//! Chapter: book/chapters/en/single-process.md
//! Try: start it twice, in two terminals. Which lines tell the two apart?

use std::env;
use std::path::Path;
use std::process::{self, ExitCode};

use anyhow::{Result, ensure};
use shared::{run, say, work};

mod listed;

fn main() -> ExitCode {
    run(include_str!("main.rs"), lesson, &[])
}

// ANCHOR: lesson
fn lesson() -> Result<()> {
    what_it_was_given()?;
    listed::memory(work_1)?;
    listed::open_files()?;
    let first = work_1();
    let second = work_2();
    say!("both are done");
    ensure!(first == second, "one process has one process id");
    Ok(())
}
// ANCHOR_END: lesson

// ANCHOR: given
fn what_it_was_given() -> Result<()> {
    say!("is process {}", process::id());
    say!("runs the program {}", name(&env::current_exe()?));
    say!("has {} arguments", env::args_os().skip(1).count());
    say!("has {} variables in its environment", env::vars_os().count());
    say!("works in the folder {}", name(&env::current_dir()?));
    Ok(())
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).display().to_string()
}
// ANCHOR_END: given

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
