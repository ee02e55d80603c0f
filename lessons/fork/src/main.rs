//! What `fork` copies: four copies of this process, and a fresh start.
//!
//!     cargo run -p lesson-fork
//!
//! Chapter: book/chapters/en/fork.md
//! Try: in `lock`, fork after the baker has given the lock back. What does the copy
//! do?

use std::process::ExitCode;

use shared::{run, say};
#[cfg(unix)]
use {
    anyhow::{Result, ensure},
    copied::{fork, pages},
    shared::process::{self, role},
    shared::{wait, work},
    std::sync::{Barrier, Mutex},
    std::thread,
};

#[cfg(unix)]
mod copied;
#[cfg(unix)]
mod copies;

#[cfg(unix)]
fn main() -> ExitCode {
    run(include_str!("main.rs"), lesson, &[role(fresh)])
}

#[cfg(not(unix))]
fn main() -> ExitCode {
    let lesson =
        || Ok(say!("Windows has no fork: there, each process is a fresh start"));
    run(include_str!("main.rs"), lesson, &[])
}

#[cfg(unix)]
// ANCHOR: lesson
fn lesson() -> Result<()> {
    copies::memory()?;
    copies::open_end()?;
    copies::line()?;
    lock()?;
    process::start(fresh, ())?.join()?; // as in the other chapters
    Ok(())
}
// ANCHOR_END: lesson

#[cfg(unix)]
// ANCHOR: lock
fn lock() -> Result<()> {
    let (oven, is_taken) = (Mutex::new(()), Barrier::new(2));
    let bake = || {
        let _oven = oven.lock();
        say!("has the lock");
        is_taken.wait();
        work(1.0);
        say!("gives it back");
    };
    thread::scope(|scope| {
        thread::Builder::new().name("baker".into()).spawn_scoped(scope, bake)?;
        is_taken.wait();
        let mut copy = fork(|| oven.lock().map(drop).is_ok())?;
        wait("lock", || drop(oven.lock()));
        say!("has had the lock");
        copy.seen_as("lock", || work(1.0));
        ensure!(!copy.has_ended()?, "the copy has had the lock");
        say!("kills the copy, which still waits for the lock");
        copy.kill()
    })
}
// ANCHOR_END: lock

#[cfg(unix)]
// ANCHOR: fresh
fn fresh() -> Result<()> {
    pages("begins in main")?;
    Ok(())
}
// ANCHOR_END: fresh
