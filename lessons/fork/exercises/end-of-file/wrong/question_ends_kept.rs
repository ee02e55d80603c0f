//! All pipes are made first. A helper keeps the reading ends of the later ones.

use std::io::{self, ErrorKind, PipeReader, PipeWriter, Write, pipe, read_to_string};
use std::os::unix::process::ExitStatusExt;
use std::process::{ExitCode, ExitStatus};

use anyhow::{Context, Result};
use rustix::process::{Pid, WaitOptions, waitpid};
use shared::{choice, say, stage, wait};

fn main() -> ExitCode {
    let source = "//! --helpers N    how many [default: 2]\n\
                  //! --lines N    how many lines the first question has [default: 3]\n\
                  //! --times N    how often an answer repeats the question [default: 1]";
    shared::run(source, lesson, &[])
}

/// A helper, and the ends of its pipes that `main` has.
struct Helper {
    pid: Pid,
    question: Option<PipeWriter>,
    answer: PipeReader,
}

fn lesson() -> Result<()> {
    let helpers: usize = choice::value("--helpers")?;
    let lines: usize = choice::value("--lines")?;
    let mut pipes = Vec::new();
    for _ in 0..helpers {
        pipes.push((pipe()?, pipe()?));
    }
    let mut started: Vec<Helper> = Vec::new();
    for n in 1..=helpers {
        let helper = start(n, &mut pipes, &mut started)?;
        started.push(helper);
    }
    say!("all helpers have started");
    for (n, helper) in (1..).zip(&mut started) {
        let question = format!("question {n}\n").repeat(n * lines);
        if let Some(pipe) = helper.question.take() {
            ask(pipe, &question)?;
        }
    }
    for (n, helper) in (1..).zip(started) {
        let answer = wait("answer", || read_to_string(helper.answer))?;
        let ended = waitpid(Some(helper.pid), WaitOptions::empty())?;
        let status = ExitStatus::from_raw(ended.context("it is gone")?.1.as_raw());
        say!("helper {n} answered {} lines, {status}", answer.lines().count());
    }
    Ok(())
}

/// Writes a question, and closes the pipe.
fn ask(mut pipe: PipeWriter, question: &str) -> Result<()> {
    match pipe.write_all(question.as_bytes()) {
        // The helper has ended. Its status says how.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        written => Ok(written?),
    }
}

/// The two ends of a pipe.
type Pipe = (PipeReader, PipeWriter);

/// Starts a helper.
fn start(
    n: usize,
    pipes: &mut Vec<(Pipe, Pipe)>,
    started: &mut Vec<Helper>,
) -> Result<Helper> {
    let ((question, to_helper), (from_helper, answer)) = pipes.remove(0);
    match fork()? {
        Some(pid) => {
            stage::copied(pid.as_raw_pid() as u32, "helper");
            Ok(Helper { pid, question: Some(to_helper), answer: from_helper })
        }
        None => {
            started.clear();
            let _kept: Vec<_> = pipes
                .drain(..)
                .map(|(question, answer)| (question.0, answer.0))
                .collect();
            drop(to_helper);
            drop(from_helper);
            end(help(n, question, answer))
        }
    }
}

/// What a helper does.
fn help(n: usize, question: PipeReader, mut answer: PipeWriter) -> Result<()> {
    let times: usize = choice::value("--times")?;
    let question = wait(&format!("question {n}"), || read_to_string(question))?;
    say!("helper {n} was asked {} lines", question.lines().count());
    for _ in 0..times {
        answer.write_all(question.as_bytes())?;
    }
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
