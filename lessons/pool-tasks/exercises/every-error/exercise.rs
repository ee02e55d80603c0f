//! Four tasks, two of which fail, and `main` should say what happened to each.
//!
//! Now `main` ends at the first error, and you don't learn about the other tasks. Say
//! the result or the error of each, in order; an error names its task. And end with an
//! error that says how many failed.
//!
//!     cargo exercise check pool-tasks/every-error

use std::process::{ExitCode, abort};

use anyhow::Result;
use shared::process::{Pool, task};
use shared::say;

fn main() -> ExitCode {
    let tasks = [task(clean), task(cook), task(shop), task(wash)];
    shared::run("//! Four tasks, two of which fail.", lesson, &tasks)
}

fn lesson() -> Result<()> {
    let pool = Pool::new(2)?;
    let tasks = [
        pool.submit("clean", clean, 2),
        pool.submit("cook", cook, 1),
        pool.submit("shop", shop, 5),
        pool.submit("wash", wash, 3),
    ];
    for task in tasks {
        let name = task.name().to_owned();
        say!("{name}: {}", task.join()?);
    }
    pool.join();
    Ok(())
}

fn clean(rooms: u32) -> u32 {
    rooms
}

fn cook(_dishes: u32) -> u32 {
    panic!("the pan is too hot")
}

fn shop(_things: u32) -> u32 {
    say!("crashes on the way");
    abort()
}

fn wash(plates: u32) -> u32 {
    plates
}
