//! Two processes: `work_1` and `work_2` side by side, each in a process of its own.
//!
//!     cargo run -p lesson-processes
//!
//! Chapter: book/chapters/en/processes.md
//! Try: join the first process before you start the second. How long does it take?

use std::process::ExitCode;

use anyhow::{Result, ensure};
use shared::process::{self, role};
use shared::{run, say, work};

// ANCHOR: main
fn main() -> ExitCode {
    // This program is all three processes: a child starts here too, and goes to its role.
    run(include_str!("main.rs"), lesson, &[role(work_1), role(work_2)])
}
// ANCHOR_END: main

// ANCHOR: lesson
fn lesson() -> Result<()> {
    let first = process::start(work_1, ())?;
    let first_pid = first.pid();
    say!("has started {first_pid}");
    let second = process::start(work_2, ())?;
    say!("has started {}", second.pid());
    ensure!(second.pid() != first_pid, "two processes have two process ids");

    first.join()?;
    second.join()?;
    say!("both are done");
    Ok(())
}
// ANCHOR_END: lesson

// ANCHOR: work
fn work_1() -> Result<()> {
    for n in 1..=3 {
        say!("does work_1, {n} of 3");
        work(1.0);
    }
    Ok(())
}

fn work_2() -> Result<()> {
    for n in 1..=3 {
        say!("does work_2, {n} of 3");
        work(1.0);
    }
    Ok(())
}
// ANCHOR_END: work
