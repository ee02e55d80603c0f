//! Six tasks on two workers: side by side, and the results in order.
//!
//! The results come in order, but no two tasks run at the same time. While the first
//! worker works, `main` waits, and hasn't yet submitted a task for the second.
//!
//!     cargo exercise check pool/in-order

use std::process::ExitCode;

use anyhow::Result;
use shared::process::{Pool, task};
use shared::{say, work};

fn main() -> ExitCode {
    shared::run("//! Six tasks, two workers.", lesson, &[task(last_digit)])
}

fn lesson() -> Result<()> {
    let pool = Pool::new(2)?;
    for n in 1..=6 {
        let task = pool.submit(format!("task {n}"), last_digit, n);
        say!("task {n}: {}", task.join()?);
    }
    pool.join();
    Ok(())
}

/// The last digit of a number's square. The first task takes the longest.
fn last_digit(n: u32) -> u32 {
    work(if n == 1 { 5.0 } else { 0.2 });
    n * n % 10
}
