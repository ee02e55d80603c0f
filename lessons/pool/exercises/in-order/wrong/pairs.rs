//! Two at a time, and the next two when both are done.

use std::process::ExitCode;

use anyhow::Result;
use shared::process::{Pool, task};
use shared::{say, work};

fn main() -> ExitCode {
    shared::run("//! Six tasks, two workers.", lesson, &[task(last_digit)])
}

fn lesson() -> Result<()> {
    let pool = Pool::new(2)?;
    for n in [1, 3, 5] {
        let tasks = [n, n + 1].map(|n| pool.submit(format!("task {n}"), last_digit, n));
        for task in tasks {
            let name = task.name().to_owned();
            say!("{name}: {}", task.join()?);
        }
    }
    pool.join();
    Ok(())
}

/// The last digit of a number's square. The first task takes the longest.
fn last_digit(n: u32) -> u32 {
    work(if n == 1 { 5.0 } else { 0.2 });
    n * n % 10
}
