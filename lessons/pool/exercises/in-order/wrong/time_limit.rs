//! A task that takes longer than a second is given up.

use std::process::ExitCode;
use std::time::Duration;

use anyhow::Result;
use shared::process::{Pool, task};
use shared::{say, work};

fn main() -> ExitCode {
    shared::run("//! Six tasks, two workers.", lesson, &[task(last_digit)])
}

fn lesson() -> Result<()> {
    let pool = Pool::new(2)?.time_limit(Duration::from_secs(1));
    let tasks: Vec<_> =
        (1..=6).map(|n| pool.submit(format!("task {n}"), last_digit, n)).collect();
    for task in tasks {
        let name = task.name().to_owned();
        say!("{name}: {}", task.join()?);
    }
    pool.join();
    Ok(())
}

/// The last digit of a number's square. The first task takes the longest.
fn last_digit(n: u32) -> u32 {
    work(if n == 1 { 5.0 } else { 0.2 });
    n * n % 10
}
