//! Three threads, all waited for: but processes were asked for.

use std::process::ExitCode;
use std::thread;

use anyhow::Result;
use shared::process::role;
use shared::{say, work};

fn main() -> ExitCode {
    shared::run("//! Three children.", lesson, &[role(count)])
}

fn lesson() -> Result<()> {
    let children: Vec<_> = (0..3).map(|_| thread::spawn(count)).collect();
    for child in children {
        child.join().expect("count does not panic")?;
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
