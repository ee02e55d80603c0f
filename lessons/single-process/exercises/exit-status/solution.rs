//! The program ends with the job's own exit status. A job that crashed has none, and
//! that is a failure.

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
