//! The Rust for the names of Python's `multiprocessing` and `subprocess`, as the chapter `from-python` shows it. It is a program and
//! not a test, because a child is this program again, and because the test that runs it gives all of it one deadline.

mod multiprocessing;
mod subprocess;

use std::process::ExitCode;

use shared::process::{role, task};
use shared::run;

use multiprocessing::{count, crash, endless, greet, look_up, prepare, square, take, waits, write};

// ANCHOR: main
fn main() -> ExitCode {
    let roles = [
        role(greet),
        role(count),
        role(waits),
        role(take),
        role(write),
        task(square),
        task(crash),
        task(prepare),
        task(look_up),
        task(endless),
    ];
    run(include_str!("main.rs"), lesson, &roles)
}
// ANCHOR_END: main

fn lesson() -> anyhow::Result<()> {
    multiprocessing::all()?;
    subprocess::all()
}
