//! Takes a process for failed if it ended with 1, or was killed by SIGKILL.

use std::env;
use std::io::{self, ErrorKind, Write, read_to_string};
use std::process::{ExitCode, ExitStatus, Stdio, exit};

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
    let mut numbers = start(numbers, Stdio::null(), numbers_writes)?;
    let mut double = start(double, double_reads, double_writes)?;
    let mut take = start(take, take_reads, take_writes)?;

    let answer = wait("pipe", || read_to_string(main_reads))?;
    let statuses = [
        ("numbers", numbers.wait()?),
        ("double", double.wait()?),
        ("take", take.wait()?),
    ];
    let failed = statuses.into_iter().find(|(_, status)| {
        use std::os::unix::process::ExitStatusExt;
        status.code() == Some(1) || status.signal() == Some(9)
    });
    Ok((answer, failed))
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

/// Writes a long line: a pipe doesn't hold a hundred of them. If nobody wants it, the work is done.
fn write(n: usize) -> Result<()> {
    let line = format!("{n:999}\n");
    match wait("pipe", || io::stdout().write_all(line.as_bytes())) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => exit(0),
        written => Ok(written?),
    }
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
