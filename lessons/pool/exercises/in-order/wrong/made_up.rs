//! `main` knows the results, and says them before they are there.

use std::process::ExitCode;

use anyhow::Result;
use shared::process::{Pool, task};
use shared::{say, work};

fn main() -> ExitCode {
    shared::run("//! Six tasks, two workers.", lesson, &[task(last_digit)])
}

fn lesson() -> Result<()> {
    let pool = Pool::new(2)?;
    let tasks: Vec<_> =
        (1..=6).map(|n| pool.submit(format!("task {n}"), last_digit, n)).collect();
    for n in 1..=6 {
        say!("task {n}: {}", n * n % 10);
    }
    for task in tasks {
        task.join()?;
    }
    pool.join();
    Ok(())
}

/// The last digit of a number's square. The first task takes the longest.
fn last_digit(n: u32) -> u32 {
    work(if n == 1 { 5.0 } else { 0.2 });
    n * n % 10
}
