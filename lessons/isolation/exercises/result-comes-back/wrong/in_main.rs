//! The sum is right, but `main` adds up for itself.

use std::process::ExitCode;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::Relaxed;

use anyhow::Result;
use shared::process::{self, role};
use shared::{busy, say};

static SUM: AtomicU64 = AtomicU64::new(0);

fn main() -> ExitCode {
    shared::run("//! A sum from a child.", lesson, &[role(add_up)])
}

fn lesson() -> Result<()> {
    process::start(add_up, ())?.join()?;
    add_up()?;
    say!("the sum is {}", SUM.load(Relaxed));
    Ok(())
}

fn add_up() -> Result<()> {
    let sum = busy("adds up", || (1..=100_000).sum());
    SUM.store(sum, Relaxed);
    Ok(())
}
