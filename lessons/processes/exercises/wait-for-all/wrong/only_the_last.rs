//! The last one started need not be the last one to end.

use std::process::ExitCode;

use anyhow::Result;
use shared::process::{self, role};
use shared::{say, work};

fn main() -> ExitCode {
    shared::run("//! Three children.", lesson, &[role(count)])
}

fn lesson() -> Result<()> {
    let _first = process::start(count, ())?;
    let _second = process::start(count, ())?;
    let third = process::start(count, ())?;
    third.join()?;
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
