//! What threads share and processes don't: memory and crashes; what a start costs.
//!
//!     cargo run -p lesson-isolation
//!
//! Chapter: book/chapters/en/isolation.md
//! Try: let a thread abort instead of a child process. What is left?

use std::process::{ExitCode, abort};
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use shared::process::{self, role};
use shared::{run, say};

// `Relaxed` is enough: `main` looks after `join`, and so after all that the thread did.
static COUNT: AtomicU32 = AtomicU32::new(0);

fn main() -> ExitCode {
    run(include_str!("main.rs"), lesson, &[role(add), role(crash), role(idle)])
}

// ANCHOR: lesson
fn lesson() -> Result<()> {
    memory()?;
    fate()?;
    cost()
}
// ANCHOR_END: lesson

// ANCHOR: memory
fn memory() -> Result<()> {
    let thread = thread::Builder::new().name("thread".into()).spawn(add)?;
    thread.join().expect("add does not panic")?;
    say!("after the thread: count is {}", COUNT.load(Relaxed));
    ensure!(COUNT.load(Relaxed) == 1, "a thread shares this process's memory");

    process::start(add, ())?.join()?;
    say!("after the process: count is {}", COUNT.load(Relaxed));
    ensure!(COUNT.load(Relaxed) == 1, "a process has its own memory");
    Ok(())
}

fn add() -> Result<()> {
    let before = COUNT.fetch_add(1, Relaxed);
    say!("count was {before}, is {}", before + 1);
    Ok(())
}
// ANCHOR_END: memory

// ANCHOR: fate
fn fate() -> Result<()> {
    let mut child = process::start(crash, ())?;
    let status = child.wait()?;
    say!("the child has crashed: {status}");
    ensure!(!status.success(), "it did not crash");
    say!("and this process goes on");
    Ok(())
}

fn crash() -> Result<()> {
    say!("crashes");
    abort()
}
// ANCHOR_END: fate

// ANCHOR: cost
fn cost() -> Result<()> {
    let thread = median(|| thread::spawn(idle).join().expect("idle does not panic"))?;
    let process = median(|| Ok(process::start(idle, ())?.join()?))?;
    say!("start and join a thread: {thread:.1?}, a process: {process:.1?}");
    Ok(())
}

fn median(start_and_join: impl Fn() -> Result<()>) -> Result<Duration> {
    let mut times = [Duration::ZERO; 5];
    for time in &mut times {
        let start = Instant::now();
        start_and_join()?;
        *time = start.elapsed();
    }
    times.sort();
    Ok(times[times.len() / 2])
}

fn idle() -> Result<()> {
    Ok(())
}
// ANCHOR_END: cost
