//! A pool: five tasks of three seconds on three worker processes. Who did what?
//!
//!     cargo run -p lesson-pool
//!     cargo run -p lesson-pool -- --kill
//!
//!     --kill     kill a worker in the middle of its task
//!     --retry    do a task again if its worker was killed
//!
//! Chapter: book/chapters/en/pool.md
//! Try: give the pool five workers, and then one. How long does it all take?

use std::collections::BTreeSet;
use std::process::ExitCode;

use anyhow::{Error, Result, ensure};
use shared::process::{Pool, task};
use shared::{choice, run, say, work};

const WORKERS: usize = 3;
const TASKS: u32 = 5;

// ANCHOR: main
fn main() -> ExitCode {
    run(include_str!("main.rs"), lesson, &[task(cook).repeatable()])
}
// ANCHOR_END: main

// ANCHOR: lesson
fn lesson() -> Result<()> {
    let pool = Pool::new(WORKERS)?.retries(u32::from(choice::flag("--retry")));
    let tasks: Vec<_> =
        (1..=TASKS).map(|n| pool.submit(format!("task {n}"), cook, n)).collect();

    let kill = choice::flag("--kill");
    if kill {
        work(1.0);
        match tasks[1].kill_worker() {
            Some(pid) => say!("kills worker {pid}, in the middle of task 2"),
            None => say!("task 2 is done already: too late to kill its worker"),
        }
    }

    let (mut done, mut reported) = (0, 0);
    let mut workers = BTreeSet::new();
    for task in tasks {
        let name = task.name().to_owned();
        match task.join() {
            Ok(pid) => {
                say!("{name} was done by worker {pid}");
                workers.insert(pid);
                done += 1;
            }
            Err(error) => {
                say!("{:#}", Error::from(error));
                reported += 1;
            }
        }
    }
    pool.join();

    say!("{done} tasks done by {} workers, {reported} reported", workers.len());
    ensure!(done + reported == TASKS, "a task is lost");
    ensure!(workers.len() <= WORKERS + usize::from(kill), "workers are used again");
    Ok(())
}
// ANCHOR_END: lesson

// ANCHOR: cook
fn cook(n: u32) -> u32 {
    say!("begins task {n}");
    work(3.0);
    say!("ends task {n}");
    std::process::id()
}
// ANCHOR_END: cook
