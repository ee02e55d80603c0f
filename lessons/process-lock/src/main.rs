//! A lock between processes: one at a time, and free when its holder is killed.
//!
//!     cargo run -p lesson-process-lock
//!
//! Chapter: book/chapters/en/process-lock.md
//! Try: let `work_1` take the lock inside its loop. How do the lines mix then?

use std::process::ExitCode;
use std::thread;
use std::time::Duration;

use anyhow::{Result, ensure};
use shared::process::{self, Lock, Process, role};
use shared::{run, say, wait, work};

// ANCHOR: main
fn main() -> ExitCode {
    run(include_str!("main.rs"), lesson, &[role(work_1), role(work_2), role(hold)])
}
// ANCHOR_END: main

// ANCHOR: lesson
fn lesson() -> Result<()> {
    // One lock with four handles, one for each process that shares it.
    let [for_1, for_2, for_holder, mut mine] = process::lock()?;
    let first = process::start(work_1, for_1)?;
    let second = process::start(work_2, for_2)?;
    first.join()?;
    second.join()?;

    let mut holder = process::start(hold, for_holder)?;
    wait("until the lock is held", || until_held(&mut mine, &mut holder))?;
    work(0.5);
    say!("kills the holder, {}", holder.pid());
    holder.kill()?;
    ensure!(!holder.wait()?.success(), "a killed process does not end well");

    let _guard = wait("lock", || mine.lock())?;
    say!("holds the lock: the system freed it");
    Ok(())
}
// ANCHOR_END: lesson

// ANCHOR: work
fn work_1(mut lock: Lock) -> Result<()> {
    let _guard = wait("lock", || lock.lock())?;
    for n in 1..=3 {
        say!("works under the lock, {n} of 3");
        work(0.5);
    }
    Ok(()) // the guard ends here, and frees the lock
}

fn work_2(lock: Lock) -> Result<()> {
    work_1(lock)
}
// ANCHOR_END: work

// ANCHOR: hold
fn hold(mut lock: Lock) -> Result<()> {
    let _guard = wait("lock", || lock.lock())?;
    say!("holds the lock, and will never free it");
    loop {
        work(60.0);
    }
}

fn until_held(lock: &mut Lock, holder: &mut Process) -> Result<()> {
    while lock.try_lock()?.is_some() {
        ensure!(holder.try_wait()?.is_none(), "the holder has ended");
        thread::sleep(Duration::from_millis(10));
    }
    Ok(())
}
// ANCHOR_END: hold
