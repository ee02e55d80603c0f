//! A result comes back from a child, although the two share no memory.
//!
//! The child adds up the numbers from 1 to 100 000, and leaves the sum in `SUM`. But
//! `main` has a `SUM` of its own, and that one is still 0. Let the child send its sum
//! through a pipe.
//!
//!     cargo exercise check isolation/result-comes-back

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
    say!("the sum is {}", SUM.load(Relaxed));
    Ok(())
}

fn add_up() -> Result<()> {
    let sum = busy("adds up", || (1..=100_000).sum());
    SUM.store(sum, Relaxed);
    Ok(())
}
