//! One task that fails isn't worth an error.

use std::env;
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
                failed += 1;
            }
        }
    }
    pool.join();
    ensure!(failed <= 1, "{failed} tasks failed");
    Ok(())
}

/// Whether a task fails: two of them do, if `FAIL` doesn't name others.
fn fails(task: &str) -> bool {
    let failing = env::var("FAIL").unwrap_or("cook,shop".to_owned());
    failing.split(',').any(|name| name == task)
}

fn clean(rooms: u32) -> u32 {
    assert!(!fails("clean"), "there is no broom");
    rooms
}

fn cook(dishes: u32) -> u32 {
    assert!(!fails("cook"), "the pan is too hot");
    dishes
}

fn shop(things: u32) -> u32 {
    if fails("shop") {
        say!("crashes on the way");
        abort()
    }
    things
}

fn wash(plates: u32) -> u32 {
    assert!(!fails("wash"), "there is no water");
    plates
}
