//! The Rust for the names of Python's `subprocess`. The program that is started is `rustc`: where this is tested, it is there.
//! Only the pipeline is of two tools of Unix.

#![expect(clippy::disallowed_methods, reason = "the program has a deadline, and a reader's program has none")]

use std::io::{self, Read, Write};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

/// Runs each of them.
pub fn all() -> Result<()> {
    runs_and_takes_the_output()?;
    the_exit_status()?;
    writes_and_reads_through_pipes()?;
    both_outputs_in_one_pipe()?;
    #[cfg(unix)]
    two_programs_in_a_pipeline()?;
    a_limit_in_time()
}

// ANCHOR: run
fn runs_and_takes_the_output() -> Result<()> {
    let done = Command::new("rustc").arg("--version").output()?; // waits until it has ended
    ensure!(done.status.success(), "rustc failed: {}", done.status); // check=True
    let text = String::from_utf8(done.stdout)?; // text=True
    assert!(text.starts_with("rustc "));
    Ok(())
}
// ANCHOR_END: run

// ANCHOR: status
fn the_exit_status() -> Result<()> {
    let mut bad = Command::new("rustc");
    bad.arg("--no-such-option").stderr(Stdio::null()); // DEVNULL
    assert_eq!(bad.status()?.code(), Some(1)); // call
    assert!(
        Command::new("no-such-program").status().is_err_and(|error| error.kind() == io::ErrorKind::NotFound)
    );
    Ok(())
}
// ANCHOR_END: status

// ANCHOR: popen
fn writes_and_reads_through_pipes() -> Result<()> {
    let mut command = Command::new("rustc");
    command.args(["-", "--crate-type", "lib", "--emit", "metadata=-"]); // reads a program, writes what it says of it
    let mut rustc = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?; // PIPE
    rustc.stdin.take().context("it is a pipe")?.write_all(b"pub fn answer() -> u32 { 42 }")?; // dropped: the end of input
    let mut written = Vec::new();
    rustc.stdout.take().context("it is a pipe")?.read_to_end(&mut written)?;
    assert!(rustc.wait()?.success() && !written.is_empty());
    Ok(())
}
// ANCHOR_END: popen

// ANCHOR: both
fn both_outputs_in_one_pipe() -> Result<()> {
    let (mut reader, writer) = io::pipe()?;
    let mut command = Command::new("rustc");
    command.arg("--no-such-option").stdout(writer.try_clone()?).stderr(writer); // stderr=STDOUT
    let mut child = command.spawn()?;
    drop(command); // it has ends of the pipe, and the pipe ends with the last one
    let mut text = String::new();
    reader.read_to_string(&mut text)?;
    child.wait()?;
    assert!(text.contains("no-such-option"));
    Ok(())
}
// ANCHOR_END: both

// ANCHOR: pipeline
#[cfg(unix)]
fn two_programs_in_a_pipeline() -> Result<()> {
    use std::os::unix::process::ExitStatusExt;

    let mut yes = Command::new("yes").stdout(Stdio::piped()).spawn()?;
    let yes_writes = yes.stdout.take().context("it is a pipe")?;
    let head = Command::new("head").arg("-1").stdin(yes_writes).output()?; // the end to read is closed, here too
    assert_eq!(head.stdout, b"y\n");
    assert_eq!(yes.wait()?.signal(), Some(13)); // SIGPIPE
    Ok(())
}
// ANCHOR_END: pipeline

// ANCHOR: timeout
fn a_limit_in_time() -> Result<()> {
    let mut command = Command::new("rustc");
    let mut child = command.arg("-").stdin(Stdio::piped()).spawn()?; // waits for a program
    let limit = Instant::now() + Duration::from_millis(50);
    while child.try_wait()?.is_none() && Instant::now() < limit {
        thread::sleep(Duration::from_millis(10));
    }
    child.kill()?; // TimeoutExpired: run kills it, too
    assert!(!child.wait()?.success());
    Ok(())
}
// ANCHOR_END: timeout
