//! In order, and without a worker: `main` does all of it.

use std::process::ExitCode;

use anyhow::Result;
use shared::process::task;
use shared::{say, work};

fn main() -> ExitCode {
    shared::run("//! Six tasks, two workers.", lesson, &[task(last_digit)])
}

fn lesson() -> Result<()> {
    for n in 1..=6 {
        say!("task {n}: {}", last_digit(n));
    }
    Ok(())
}

/// The last digit of a number's square. The first task takes the longest.
fn last_digit(n: u32) -> u32 {
    work(if n == 1 { 5.0 } else { 0.2 });
    n * n % 10
}
