//! `main` knows a formula, and what the child sends is not read.

use std::io::{self, PipeWriter, Write};
use std::process::ExitCode;

use anyhow::Result;
use shared::process::{self, role};
use shared::{busy, say};

fn main() -> ExitCode {
    shared::run("//! A sum from a child.", lesson, &[role(add_up)])
}

fn lesson() -> Result<()> {
    let (reader, writer) = io::pipe()?;
    let mut child = process::start(add_up, writer)?;
    child.wait()?;
    drop(reader);
    let sum = 100_000_u64 * 100_001 / 2;
    say!("the sum is {sum}");
    Ok(())
}

fn add_up(mut to_parent: PipeWriter) -> Result<()> {
    let sum: u64 = busy("adds up", || (1..=100_000).sum());
    write!(to_parent, "{sum}")?;
    Ok(())
}
