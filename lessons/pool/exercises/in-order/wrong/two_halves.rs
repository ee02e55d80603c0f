//! Two threads, with three tasks each: those of the thread that waits are not done by the other worker.

use std::process::ExitCode;
use std::thread;

use anyhow::Result;
use shared::process::{Pool, task};
use shared::{say, work};

fn main() -> ExitCode {
    shared::run("//! Six tasks, two workers.", lesson, &[task(last_digit)])
}

fn lesson() -> Result<()> {
    let pool = Pool::new(2)?;
    let results: Vec<_> = thread::scope(|s| {
        let pool = &pool;
        let hs: Vec<_> = [[1, 2, 3], [4, 5, 6]]
            .into_iter()
            .map(|ns| {
                s.spawn(move || {
                    ns.map(|n| pool.submit(format!("task {n}"), last_digit, n).join())
                })
            })
            .collect();
        hs.into_iter().flat_map(|h| h.join().unwrap()).collect()
    });
    for (n, r) in (1..).zip(results) {
        say!("task {n}: {}", r?);
    }
    pool.join();
    Ok(())
}

/// The last digit of a number's square. The first task takes the longest.
fn last_digit(n: u32) -> u32 {
    work(if n == 1 { 5.0 } else { 0.2 });
    n * n % 10
}
