//! `main` waits for half a second, and says what it has by then.

use std::io::{self, PipeWriter, Write, read_to_string};
use std::process::ExitCode;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use anyhow::Result;
use shared::process::{self, role};
use shared::{busy, say};

fn main() -> ExitCode {
    shared::run("//! A sum from a child.", lesson, &[role(add_up)])
}

fn lesson() -> Result<()> {
    let (reader, writer) = io::pipe()?;
    let child = process::start(add_up, writer)?;
    let (to, sum) = mpsc::channel();
    thread::spawn(move || to.send(read_to_string(reader)));
    let sum = sum.recv_timeout(Duration::from_millis(500)).unwrap_or(Ok("0".into()))?;
    say!("the sum is {sum}");
    child.join()?;
    Ok(())
}

fn add_up(mut to_parent: PipeWriter) -> Result<()> {
    let sum: u64 = busy("adds up", || (1..=100_000).sum());
    write!(to_parent, "{sum}")?;
    Ok(())
}
