//! Kills the job, doesn't wait for it, and guesses how it ended.

use std::os::unix::process::ExitStatusExt;
use std::process::{ExitCode, ExitStatus};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Result;
use shared::process::{self, Process, role};
use shared::{choice, say, stage, work};

fn main() -> ExitCode {
    let source = "//! --job NAME    quick or endless [default: quick]\n\
                  //! --limit N    seconds that it may take [default: 1]";
    shared::run(source, lesson, &[role(quick), role(endless)])
}

fn lesson() -> Result<()> {
    let limit = stage::seconds(choice::value("--limit")?)?;
    let mut job = match choice::value::<String>("--job")?.as_str() {
        "endless" => process::start(endless, ())?,
        _ => process::start(quick, ())?,
    };
    let (in_time, status) = wait_at_most(limit, &mut job)?;
    say!("the job {}: {status}", if in_time { "ended" } else { "was stopped" });
    Ok(())
}

/// Whether the job ended by itself in time, and how it ended.
fn wait_at_most(limit: Duration, job: &mut Process) -> Result<(bool, ExitStatus)> {
    let deadline = Instant::now() + limit;
    loop {
        if let Some(status) = job.try_wait()? {
            return Ok((true, status));
        }
        if Instant::now() >= deadline {
            job.kill()?;
            return Ok((false, ExitStatusExt::from_raw(9)));
        }
        thread::sleep(Duration::from_millis(5));
    }
}

fn quick() -> Result<()> {
    work(0.1);
    Ok(())
}

fn endless() -> Result<()> {
    say!("never ends by itself");
    loop {
        work(60.0);
    }
}
