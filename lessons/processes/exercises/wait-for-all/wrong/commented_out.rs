//! Nobody is left to be waited for: all of it is commented out.

use std::process::ExitCode;

use anyhow::Result;
use shared::process::role;
use shared::{say, work};

fn main() -> ExitCode {
    shared::run("//! Three children.", lesson, &[role(count)])
}

fn lesson() -> Result<()> {
    // for _ in 0..3 {
    //     process::start(count, ())?;
    // }
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
