//! Says each result when it is there, and the first task takes the longest.

use std::process::ExitCode;
use std::sync::mpsc;
use std::thread;

use anyhow::Result;
use shared::process::{Pool, task};
use shared::{say, work};

fn main() -> ExitCode {
    shared::run("//! Six tasks, two workers.", lesson, &[task(last_digit)])
}

fn lesson() -> Result<()> {
    let pool = Pool::new(2)?;
    let (to, results) = mpsc::channel();
    for n in 1..=6 {
        let task = pool.submit(format!("task {n}"), last_digit, n);
        let to = to.clone();
        thread::spawn(move || to.send((n, task.join())));
    }
    drop(to);
    for (n, result) in results {
        say!("task {n}: {}", result?);
    }
    pool.join();
    Ok(())
}

/// The last digit of a number's square. The first task takes the longest.
fn last_digit(n: u32) -> u32 {
    work(if n == 1 { 5.0 } else { 0.2 });
    n * n % 10
}
