//! Side by side and in order, but with a new process for each task.

use std::process::ExitCode;

use anyhow::Result;
use shared::process::{Pool, task};
use shared::{say, work};

fn main() -> ExitCode {
    shared::run("//! Six tasks, two workers.", lesson, &[task(last_digit)])
}

fn lesson() -> Result<()> {
    let mut pools = Vec::new();
    let mut tasks = Vec::new();
    for n in 1..=6 {
        let pool = Pool::new(1)?;
        tasks.push(pool.submit(format!("task {n}"), last_digit, n));
        pools.push(pool);
    }
    for (n, task) in (1..).zip(tasks) {
        say!("task {n}: {}", task.join()?);
    }
    Ok(())
}

/// The last digit of a number's square. The first task takes the longest.
fn last_digit(n: u32) -> u32 {
    work(if n == 1 { 5.0 } else { 0.2 });
    n * n % 10
}
