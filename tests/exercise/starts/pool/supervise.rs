//! A pool of your own: two worker processes at a time, and it survives when one dies.
//!
//! Each task gets a worker process. As it is, one works at a time, and the first that
//! dies ends it all. Let two work at a time. A task whose worker died is tried again by
//! a new worker, three times in all; then say `stone is given up`. All other tasks are
//! done.
//!
//!     cargo exercise check pool/supervise

use std::io::{self, PipeReader, Write, read_to_string};
use std::process::{ExitCode, abort};

use anyhow::Result;
use shared::process::{self, Process, role};
use shared::{say, work};

const TASKS: [&str; 5] = ["soup", "stone", "fish", "rice", "tea"];

fn main() -> ExitCode {
    shared::run("//! Two workers at a time, five tasks.", lesson, &[role(cook)])
}

fn lesson() -> Result<()> {
    for task in TASKS {
        start_worker(task, 1)?.join()?;
        say!("{task} is done");
    }
    Ok(())
}

fn start_worker(task: &str, attempt: u32) -> Result<Process> {
    let (reader, mut writer) = io::pipe()?;
    let worker = process::start(cook, reader)?;
    write!(writer, "{task} {attempt}")?;
    Ok(worker)
}

/// A worker. The fish is not done at the first attempt, the stone not before the tenth.
fn cook(task: PipeReader) -> Result<()> {
    let task = read_to_string(task)?;
    say!("begins {task}");
    match task.split_once(' ') {
        Some(("fish", "1")) => loop {
            work(60.0); // the check kills it here
        },
        Some(("stone", attempt)) if attempt != "10" => abort(),
        _ => work(0.5),
    }
    Ok(())
}
