//! The buffer is flushed for the first hundred helpers.

use std::io::{self, BufWriter, PipeWriter, Write, pipe, read_to_string};
use std::process::{ExitCode, id};

use anyhow::{Context, Result, ensure};
use rustix::process::{Pid, WaitOptions, waitpid};
use shared::{choice, say};

type Log = BufWriter<PipeWriter>;

fn main() -> ExitCode {
    shared::run("//! --helpers N    how many [default: 3]", lesson, &[])
}

fn lesson() -> Result<()> {
    let helpers: u32 = choice::value("--helpers")?;
    let (reader, writer) = pipe()?;
    let mut log = BufWriter::new(writer);
    writeln!(log, "begins")?;
    let mut copies = Vec::new();
    for number in 1..=helpers {
        writeln!(log, "starts a helper")?;
        copies.push(start(&mut log, number)?);
    }
    for copy in copies {
        let (_, status) =
            waitpid(Some(copy), WaitOptions::empty())?.context("it is gone")?;
        ensure!(status.exit_status() == Some(0), "a helper failed");
    }
    writeln!(log, "ends")?;
    drop(log); // which flushes it
    for line in read_to_string(reader)?.lines() {
        say!("{line}");
    }
    Ok(())
}

/// Starts a helper.
fn start(log: &mut Log, number: u32) -> Result<Pid> {
    if number <= 100 {
        log.flush()?;
    }
    match fork()? {
        Some(copy) => Ok(copy),
        None => end(help(log, number)),
    }
}

/// What a helper does. It may write nothing twice, and leave nothing out.
fn help(log: &mut Log, number: u32) -> Result<()> {
    writeln!(log, "helper {number} is process {}", id())?;
    log.flush()?;
    Ok(())
}

/// Makes a copy of this process. Returns its process id, and in the copy `None`.
fn fork() -> Result<Option<Pid>> {
    // SAFETY: This process has one thread, so nothing is in the hands of another.
    match unsafe { libc::fork() } {
        -1 => Err(io::Error::last_os_error()).context("cannot fork"),
        copy => Ok(Pid::from_raw(copy)),
    }
}

/// Ends a copy at once: it must not go on with what `main` does.
fn end(outcome: Result<()>) -> ! {
    // SAFETY: It ends the process, and runs nothing of this program any more.
    unsafe { libc::_exit(i32::from(outcome.is_err())) }
}
