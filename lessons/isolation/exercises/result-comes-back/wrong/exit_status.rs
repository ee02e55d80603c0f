//! An exit status does come back from a child, but it is a small number.

use std::process::{ExitCode, exit};

use anyhow::Result;
use shared::process::{self, role};
use shared::{busy, say};

fn main() -> ExitCode {
    shared::run("//! A sum from a child.", lesson, &[role(add_up)])
}

fn lesson() -> Result<()> {
    let status = process::start(add_up, ())?.wait()?;
    say!("the sum is {}", status.code().unwrap_or_default());
    Ok(())
}

fn add_up() -> Result<()> {
    let sum: u64 = busy("adds up", || (1..=100_000).sum());
    exit(sum as i32)
}
