//! A program that starts a job, and should end as the job ended.
//!
//! The shell that started this program sees only *its* exit status: 0, however the job
//! ended. Pass the job's status on. A job that crashed may have no number; then end with
//! 1.
//!
//!     cargo exercise check single-process/exit-status

use std::process::{ExitCode, abort, exit};

use anyhow::Result;
use shared::process::{self, Process, role};
use shared::{choice, say};

fn main() -> ExitCode {
    let source = "//! --job NAME    well, fails or crashes [default: well]";
    shared::run(source, lesson, &[role(well), role(fails), role(crashes)])
}

fn lesson() -> Result<()> {
    let status = start_job()?.wait()?;
    say!("the job ended: {status}");
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
