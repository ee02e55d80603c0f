//! Three different tasks on two worker processes: results come back, and a panic.
//!
//!     cargo run -p lesson-pool-tasks
//!
//! Chapter: book/chapters/en/pool-tasks.md
//! Try: submit a task of your own. What does the pool say until you add it to the
//! list in `main`?

use std::process::ExitCode;

use anyhow::{Result, bail, ensure};
use shared::process::{Pool, TaskError, task};
use shared::{run, say, work};

// ANCHOR: main
fn main() -> ExitCode {
    run(include_str!("main.rs"), lesson, &[task(clean), task(cook), task(shop)])
}
// ANCHOR_END: main

// ANCHOR: lesson
fn lesson() -> Result<()> {
    let pool = Pool::new(2)?;
    let cleaned = pool.submit("clean", clean, 2);
    let cooked = pool.submit("cook", cook, "noodles".to_owned());
    let shopped = pool.submit("shop", shop, vec!["rice".to_owned(), "tea".to_owned()]);

    let rooms = cleaned.join()?;
    say!("clean returned: {rooms} rooms");
    ensure!(rooms == 2, "{rooms} rooms instead of 2");

    let dish = cooked.join()?;
    say!("cook returned: {dish}");
    ensure!(dish == "a bowl of noodles", "{dish} is something else");

    match shopped.join() {
        Err(TaskError::Panicked { message, .. }) => say!("shop panicked: {message}"),
        other => bail!("the shop is closed, and yet: {other:?}"),
    }
    pool.join();
    Ok(())
}
// ANCHOR_END: lesson

// ANCHOR: tasks
fn clean(rooms: u32) -> u32 {
    say!("cleans {rooms} rooms");
    work(2.0);
    rooms
}

fn cook(dish: String) -> String {
    say!("cooks {dish}");
    work(3.0);
    format!("a bowl of {dish}")
}

fn shop(list: Vec<String>) -> u32 {
    say!("shops for {}", list.join(" and "));
    work(1.0);
    panic!("the shop is closed")
}
// ANCHOR_END: tasks
