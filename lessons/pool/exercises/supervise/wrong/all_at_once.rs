//! All tasks are done, but all at the same time.

use std::io::{self, PipeReader, Write, read_to_string};
use std::process::{ExitCode, abort};
use std::thread;

use anyhow::{Result, bail};
use shared::process::{self, Process, role};
use shared::{say, work};

const TASKS: [&str; 5] = ["soup", "stone", "fish", "rice", "tea"];

fn main() -> ExitCode {
    shared::run("//! Two workers at a time, five tasks.", lesson, &[role(cook)])
}

fn lesson() -> Result<()> {
    let mut workers = Vec::new();
    for task in TASKS {
        workers.push((task, start_worker(task, 1)?));
    }
    thread::scope(|scope| {
        for (task, worker) in workers {
            scope.spawn(move || supervise(task, worker));
        }
    });
    Ok(())
}

fn supervise(task: &str, mut worker: Process) -> Result<()> {
    for attempt in 2.. {
        if worker.wait()?.success() {
            say!("{task} is done");
            break;
        }
        if attempt > 3 {
            say!("{task} is given up");
            break;
        }
        worker = start_worker(task, attempt)?;
    }
    Ok(())
}

fn start_worker(task: &str, attempt: u32) -> Result<Process> {
    let (reader, mut writer) = io::pipe()?;
    let worker = process::start(cook, reader)?;
    write!(writer, "{task} {attempt}")?;
    Ok(worker)
}

/// A worker. The first attempt at the fish never ends, and the stone takes ten attempts.
fn cook(task: PipeReader) -> Result<()> {
    let task = read_to_string(task)?;
    say!("begins {task}");
    match task.split_once(' ') {
        Some(("fish", "1")) => loop {
            work(60.0); // the check kills it here
        },
        Some(("stone", "2")) => bail!("the stone is still hard"),
        Some(("stone", attempt)) if attempt != "10" => abort(),
        _ => work(0.5),
    }
    Ok(())
}
