//! `main` starts all three before it waits for the first, and waits for each.

use std::process::ExitCode;

use anyhow::Result;
use shared::process::{self, role};
use shared::{say, work};

fn main() -> ExitCode {
    shared::run("//! Three children.", lesson, &[role(count)])
}

fn lesson() -> Result<()> {
    let mut children = Vec::new();
    for _ in 0..3 {
        children.push(process::start(count, ())?);
    }
    for child in children {
        child.join()?;
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
