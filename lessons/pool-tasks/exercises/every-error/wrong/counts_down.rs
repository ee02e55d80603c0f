//! The failed tasks are counted in the wrong direction.

use std::process::{ExitCode, abort};

use anyhow::{Result, ensure};
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
    let mut failed = 0;
    for task in tasks {
        let name = task.name().to_owned();
        match task.join() {
            Ok(number) => say!("{name}: {number}"),
            Err(error) => {
                say!("{error}");
                failed -= 1;
            }
        }
    }
    pool.join();
    ensure!(failed == 0, "{failed} tasks failed");
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
