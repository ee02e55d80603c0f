//! Says 0 if the child sent no sum.

use std::io::{self, PipeWriter, Write, read_to_string};
use std::process::ExitCode;

use anyhow::Result;
use shared::process::{self, role};
use shared::{busy, say};

fn main() -> ExitCode {
    shared::run("//! A sum from a child.", lesson, &[role(add_up)])
}

fn lesson() -> Result<()> {
    let (reader, writer) = io::pipe()?;
    let child = process::start(add_up, writer)?;
    let sum: u64 = read_to_string(reader)?.parse().unwrap_or(0);
    let _ = child.join();
    say!("the sum is {sum}");
    Ok(())
}

fn add_up(mut to_parent: PipeWriter) -> Result<()> {
    let sum: u64 = busy("adds up", || (1..=100_000).sum());
    write!(to_parent, "{sum}")?;
    Ok(())
}
