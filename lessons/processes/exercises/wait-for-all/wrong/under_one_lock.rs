//! All are started at once, but only the one that has the lock counts.

use std::process::ExitCode;

use anyhow::Result;
use shared::process::{self, Lock, role};
use shared::{say, work};

fn main() -> ExitCode {
    shared::run("//! Three children.", lesson, &[role(count)])
}

fn lesson() -> Result<()> {
    let mut children = Vec::new();
    let locks: [Lock; 3] = process::lock()?;
    for lock in locks {
        children.push(process::start(count, lock)?);
    }
    for child in children {
        child.join()?;
    }
    say!("all have ended");
    Ok(())
}

fn count(mut lock: Lock) -> Result<()> {
    let _guard = lock.lock()?;
    for n in 1..=3 {
        say!("counts {n}");
        work(0.5);
    }
    Ok(())
}
