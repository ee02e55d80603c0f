//! Writes a line, and waits for a line. Not everybody answers each line.

use std::io::{self, BufRead, BufReader, PipeReader, PipeWriter, Read, Write};
use std::process::ExitCode;

use anyhow::{Result, bail};
use shared::process::{self, Process, RoleFn, role};
use shared::{choice, say, wait};

fn main() -> ExitCode {
    let source = "//! --who NAME    shout, sort, chat, brief or fail [default: shout]\n\
                  //! --lines N    how many lines the question has [default: 30000]";
    let roles = [role(shout), role(sort), role(chat), role(brief), role(fail)];
    shared::run(source, lesson, &roles)
}

fn lesson() -> Result<()> {
    let lines: u32 = choice::value("--lines")?;
    let question: String = (1..=lines).map(|n| format!("line {n}\n")).collect();
    let (mut other, to_other, from_other) =
        match choice::value::<String>("--who")?.as_str() {
            "sort" => start(sort)?,
            "chat" => start(chat)?,
            "brief" => start(brief)?,
            "fail" => start(fail)?,
            _ => start(shout)?,
        };
    let answer = ask(&question, to_other, from_other)?;
    let line = |line: Option<&str>| line.unwrap_or("nothing").to_owned();
    let (first, last) = (line(answer.lines().next()), line(answer.lines().last()));
    say!("the answer has {} bytes, from {first:?} to {last:?}", answer.len());
    say!("the other process has ended: {}", other.wait()?);
    Ok(())
}

fn ask(
    question: &str,
    mut to_other: PipeWriter,
    from_other: PipeReader,
) -> Result<String> {
    let (mut reader, mut answer) = (BufReader::new(from_other), String::new());
    for line in question.lines() {
        if writeln!(to_other, "{line}").is_err() {
            break;
        }
        reader.read_line(&mut answer)?;
    }
    drop(to_other);
    wait("pipe", || reader.read_to_string(&mut answer))?;
    Ok(answer)
}

/// Starts the other process. What is written to one pipe, it reads, and what it writes
/// comes from the other.
fn start(role: impl RoleFn<()>) -> Result<(Process, PipeWriter, PipeReader)> {
    let (reads, to_other) = io::pipe()?;
    let (from_other, writes) = io::pipe()?;
    let other =
        process::start_with(role, |command| command.stdin(reads).stdout(writes))?;
    Ok((other, to_other, from_other))
}

/// Answers each line at once, and says at the end that it was the end.
fn shout() -> Result<()> {
    for line in io::stdin().lines() {
        writeln!(io::stdout(), "{}!", line?.to_uppercase())?;
    }
    writeln!(io::stdout(), "that was all")?;
    Ok(())
}

/// Reads all lines before it answers.
fn sort() -> Result<()> {
    let mut lines: Vec<String> = io::stdin().lines().collect::<Result<_, _>>()?;
    lines.sort();
    for line in lines {
        writeln!(io::stdout(), "{line}")?;
    }
    Ok(())
}

/// Says much before it reads anything.
fn chat() -> Result<()> {
    for n in 1..=3_000 {
        writeln!(io::stdout(), "{n:99}")?;
    }
    shout()
}

/// Wants one line, and no more.
fn brief() -> Result<()> {
    if let Some(line) = io::stdin().lines().next() {
        writeln!(io::stdout(), "only {}", line?)?;
    }
    Ok(())
}

/// Fails after its first line.
fn fail() -> Result<()> {
    brief()?;
    bail!("it is too much")
}
