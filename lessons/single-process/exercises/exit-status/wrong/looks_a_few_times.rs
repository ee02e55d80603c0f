//! Looks a few times how the job ended, and takes it for well if it does not know.

use std::process::{ExitCode, ExitStatus, abort, exit};
use std::thread;
use std::time::Duration;

use anyhow::Result;
use shared::process::{self, Process, role};
use shared::{choice, say};

fn main() -> ExitCode {
    let source = "//! --job NAME    well, fails or crashes [default: well]";
    shared::run(source, lesson, &[role(well), role(fails), role(crashes)])
}

fn lesson() -> Result<()> {
    let mut job = start_job()?;
    let mut status = ExitStatus::default();
    for _ in 0..40 {
        if let Some(ended) = job.try_wait()? {
            status = ended;
            break;
        }
        thread::sleep(Duration::from_millis(100));
    }
    say!("the job ended: {status}");
    if !status.success() {
        exit(status.code().unwrap_or(1));
    }
    Ok(())
}

fn start_job() -> Result<Process> {
    Ok(match choice::value::<String>("--job")?.as_str() {
        "fails" => process::start(fails, ())?,
        "crashes" => process::start(crashes, ())?,
        _ => process::start(well, ())?,
    })
}

fn well() -> Result<()> {
    Ok(())
}

fn fails() -> Result<()> {
    exit(3)
}

fn crashes() -> Result<()> {
    abort()
}
