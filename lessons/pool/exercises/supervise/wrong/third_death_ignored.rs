//! Says that a task is done after the third attempt, however that ended.

use std::io::{self, PipeReader, Write, read_to_string};
use std::process::{ExitCode, abort};
use std::slice::Iter;
use std::thread;

use anyhow::{Result, bail};
use parking_lot::Mutex;
use shared::process::{self, Process, role};
use shared::{say, work};

const TASKS: [&str; 5] = ["soup", "stone", "fish", "rice", "tea"];

fn main() -> ExitCode {
    shared::run("//! Two workers at a time, five tasks.", lesson, &[role(cook)])
}

fn lesson() -> Result<()> {
    let tasks = Mutex::new(TASKS.iter());
    thread::scope(|scope| {
        let other = scope.spawn(|| keep(&tasks));
        keep(&tasks)?;
        other.join().expect("keep does not panic")
    })
}

fn keep(tasks: &Mutex<Iter<&str>>) -> Result<()> {
    loop {
        let task = tasks.lock().next(); // the lock is free again at the end of this line
        match task {
            Some(task) => supervise(task)?,
            None => return Ok(()),
        }
    }
}

fn supervise(task: &str) -> Result<()> {
    for attempt in 1..=3 {
        let mut worker = start_worker(task, attempt)?;
        let status = worker.wait()?;
        if status.success() || attempt == 3 && task != "stone" {
            say!("{task} is done");
            return Ok(());
        }
        say!("worker {} died: {status}", worker.pid());
    }
    say!("{task} is given up");
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
