//! Each is waited for, but before the next one is started.

use std::process::ExitCode;

use anyhow::Result;
use shared::process::{self, role};
use shared::{say, work};

fn main() -> ExitCode {
    shared::run("//! Three children.", lesson, &[role(count)])
}

fn lesson() -> Result<()> {
    for _ in 0..3 {
        process::start(count, ())?.join()?;
    }
    say!("all have ended");
    Ok(())
}

fn count() -> Result<()> {
    for n in 1..=3 {
        say!("counts {n}");
        work(0.5);
    }
    Ok(())
}
