//! A thread shares the memory, and so no process is needed: but that was the task.

use std::process::ExitCode;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::Relaxed;
use std::thread;

use anyhow::Result;
use shared::{busy, say};

static SUM: AtomicU64 = AtomicU64::new(0);

fn main() -> ExitCode {
    shared::run("//! A sum from a child.", lesson, &[])
}

fn lesson() -> Result<()> {
    thread::spawn(add_up).join().expect("add_up does not panic");
    say!("the sum is {}", SUM.load(Relaxed));
    Ok(())
}

fn add_up() {
    let sum = busy("adds up", || (1..=100_000).sum());
    SUM.store(sum, Relaxed);
}
