//! The pipeline `numbers | double | take`, and what `main` says of its answer.
//!
//! `main` looks only at the last of the three. Let it say which of them failed: the first
//! one, in the order of the pipeline. A process that gets a broken pipe hasn't failed: the
//! next one wanted no more. `main` waits for all three, and kills none.
//!
//!     cargo exercise check pipeline/statuses

use std::env;
use std::io::{self, Write, read_to_string};
use std::process::{ExitCode, ExitStatus, Stdio};

use anyhow::{Result, bail};
use shared::process::{self, Process, RoleFn, role};
use shared::{choice, say, wait};

fn main() -> ExitCode {
    let source = "//! --lines N    how many lines `numbers` writes [default: 3]\n\
                  //! --take N    how many of them `take` reads [default: 1000000]\n\
                  //! --fails WHO    who fails, joined by commas [default: nobody]";
    shared::run(source, lesson, &[role(numbers), role(double), role(take)])
}

fn lesson() -> Result<()> {
    let (answer, failed) = pipeline()?;
    match failed {
        None => {
            let last = answer.lines().last().unwrap_or("nothing").trim();
            say!("the answer has {} lines, up to {last}", answer.lines().count());
        }
        Some((who, status)) => say!("{who} failed: {status}"),
    }
    Ok(())
}

/// What the last one has written, and the first of the three that failed.
fn pipeline() -> Result<(String, Option<(&'static str, ExitStatus)>)> {
    let (double_reads, numbers_writes) = io::pipe()?;
    let (take_reads, double_writes) = io::pipe()?;
    let (main_reads, take_writes) = io::pipe()?;
    let _numbers = start(numbers, Stdio::null(), numbers_writes)?;
    let _double = start(double, double_reads, double_writes)?;
    let mut take = start(take, take_reads, take_writes)?;

    let answer = wait("pipe", || read_to_string(main_reads))?;
    let status = take.wait()?;
    Ok((answer, (!status.success()).then_some(("take", status))))
}

fn numbers() -> Result<()> {
    for n in 1..=setting("--lines") {
        write(n)?;
        fail("numbers")?;
    }
    Ok(())
}

fn double() -> Result<()> {
    for line in io::stdin().lines() {
        write(2 * line?.trim().parse::<usize>()?)?;
        fail("double")?;
    }
    Ok(())
}

fn take() -> Result<()> {
    for line in io::stdin().lines().take(setting("--take")) {
        write(line?.trim().parse()?)?;
    }
    fail("take")
}

/// Writes a long line: a pipe doesn't hold a hundred of them.
fn write(n: usize) -> Result<()> {
    let line = format!("{n:999}\n");
    wait("pipe", || io::stdout().write_all(line.as_bytes()))?;
    Ok(())
}

/// Fails if this process is one that should fail.
fn fail(who: &str) -> Result<()> {
    if env::var("--fails")?.split(',').any(|fails| fails == who) {
        bail!("there is nothing more")
    }
    Ok(())
}

fn setting(name: &str) -> usize {
    env::var(name).ok().and_then(|number| number.parse().ok()).unwrap_or_default()
}

/// Starts one of the three, and passes on to it what was chosen.
fn start(
    role: impl RoleFn<()>,
    stdin: impl Into<Stdio>,
    stdout: impl Into<Stdio>,
) -> Result<Process> {
    let mut chosen = Vec::new();
    for name in ["--lines", "--take", "--fails"] {
        chosen.push((name, choice::value::<String>(name)?));
    }
    let child = process::start_with(role, |command| {
        command.stdin(stdin).stdout(stdout).envs(chosen)
    })?;
    Ok(child)
}
