//! Three children count to 3 side by side, and `main` should wait for all of them.
//!
//! Now `main` keeps none of its children. A child that is dropped before `main` has
//! waited for it is killed, in the middle of its counting.
//!
//!     cargo exercise check processes/wait-for-all

use std::process::ExitCode;

use anyhow::Result;
use shared::process::{self, role};
use shared::{say, work};

fn main() -> ExitCode {
    shared::run("//! Three children.", lesson, &[role(count)])
}

fn lesson() -> Result<()> {
    for _ in 0..3 {
        process::start(count, ())?;
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
