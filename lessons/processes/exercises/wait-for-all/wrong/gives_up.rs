//! `main` looks at each child a few times, and then leaves it.

use std::process::ExitCode;
use std::thread;
use std::time::Duration;

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
    for child in &mut children {
        for _ in 0..40 {
            if child.try_wait()?.is_some() {
                break;
            }
            thread::sleep(Duration::from_millis(100));
        }
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
