//! Two pools of one worker each: half of the tasks wait for a worker that is slow.

use std::process::ExitCode;

use anyhow::Result;
use shared::process::{Pool, task};
use shared::{say, work};

fn main() -> ExitCode {
    shared::run("//! Six tasks, two workers.", lesson, &[task(last_digit)])
}

fn lesson() -> Result<()> {
    let pools = [Pool::new(1)?, Pool::new(1)?];
    let tasks: Vec<_> = (1..=6)
        .map(|n| pools[n as usize % 2].submit(format!("task {n}"), last_digit, n))
        .collect();
    for task in tasks {
        let name = task.name().to_owned();
        say!("{name}: {}", task.join()?);
    }
    for pool in pools {
        pool.join();
    }
    Ok(())
}

/// The last digit of a number's square. The first task takes the longest.
fn last_digit(n: u32) -> u32 {
    work(if n == 1 { 5.0 } else { 0.2 });
    n * n % 10
}
