//! `cargo explore`: any program of threads in every order, and what can come out.
//!
//! # Layout
//!
//! - [`show`]: what was found, as text
//! - here: the command line, and one exploration after each save

// They panic where nothing can be written.
#![warn(clippy::print_stderr, clippy::print_stdout)]

use std::ffi::OsString;
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use exercise::compile::Refusal;
use exercise::course::{contents, root};
use exercise::explore::{self, Bounds, EDITIONS, Source};
use exercise::text::{self, Paint, say, shown, wrapped};
use lexopt::prelude::*;
use serde_json::{Value, json};
use shared::stage::in_a_line;
use shared::tell;

mod show;

const HELP: &str = "\
Runs a program of threads in every order that their steps can take, and says
what can come out. FILE has a plain `fn main()`, and uses std, parking_lot,
crossbeam_channel, atomic_wait and anyhow by their own names. It is one file,
in any folder.

  cargo explore [FILE]       [default: explore.rs, which is written if it
                             doesn't exist]
      --outcome N            one outcome in full
      --seconds N            how long orders are tried [default: 10]
      --edition YEAR         of Rust: 2018, 2021 or 2024 [default: 2024]
      --watch                again after each save
      --json                 a line of JSON

An outcome is what is printed, and how the program ends: it returns, panics,
no thread can go on, two threads race for the same memory, or there is no end.
Each comes with the number of orders that lead there, and the simplest.

Exit status: 0 if no order fails, 1 if one does, 2 for what can't be explored,
or if standard output is full.
";

/// The file that is explored when none is named.
const OWN: &str = "explore.rs";

/// How often a file is looked at that is watched.
const LOOK: Duration = Duration::from_millis(250);

/// After this many looks that find no file in its place, it is gone.
const GONE: usize = 8;

/// What the command line asks for.
#[derive(Debug, PartialEq)]
struct Asked {
    file: Option<PathBuf>,
    outcome: Option<usize>,
    time: Duration,
    edition: &'static str,
    watch: bool,
    json: bool,
}

fn main() -> ExitCode {
    let asked = match read(std::env::args_os().skip(1)) {
        Ok(Some(asked)) => asked,
        Ok(None) => {
            say(&text::help(HELP));
            return ExitCode::SUCCESS;
        }
        Err(problem) => {
            let problem = in_a_line(&problem.to_string());
            tell!("error: {problem}; `cargo explore --help` lists the options");
            return ExitCode::from(2);
        }
    };
    match follow(&asked) {
        Ok(status) => ExitCode::from(status),
        Err(error) => {
            tell!("error: {error:#}");
            ExitCode::from(2)
        }
    }
}

/// Reads the command line; none if only help is wanted. The error says what of it can't be understood.
fn read(arguments: impl IntoIterator<Item = OsString>) -> Result<Option<Asked>, lexopt::Error> {
    let mut arguments = lexopt::Parser::from_args(arguments);
    let mut asked = Asked {
        file: None,
        outcome: None,
        time: Duration::from_secs(10),
        edition: EDITIONS[EDITIONS.len() - 1],
        watch: false,
        json: false,
    };
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("help") | Short('h') => return Ok(None),
            Long("json") => asked.json = true,
            Long("watch") => asked.watch = true,
            Long("outcome") => {
                let number = arguments.value()?.string()?;
                let parsed = number.parse().ok().filter(|number| *number > 0);
                asked.outcome = Some(
                    parsed
                        .ok_or_else(|| format!("--outcome takes a number from 1, and {number:?} is none"))?,
                );
            }
            Long("seconds") => {
                let seconds = arguments.value()?.string()?;
                let parsed = seconds.parse().ok().filter(|seconds| (0.1..=86_400.0).contains(seconds));
                asked.time = Duration::from_secs_f64(parsed.ok_or_else(|| {
                    format!("--seconds takes a number from 0.1 to 86400, and {seconds:?} is none")
                })?);
            }
            Long("edition") => {
                let year = arguments.value()?.string()?;
                asked.edition = EDITIONS
                    .into_iter()
                    .find(|edition| *edition == year)
                    .ok_or_else(|| format!("--edition takes {}, and not {year:?}", EDITIONS.join(", ")))?;
            }
            Value(file) if asked.file.is_none() => asked.file = Some(file.into()),
            Value(file) => return Err(format!("name one file only: {file:?} is a second one").into()),
            other => return Err(other.unexpected()),
        }
    }
    if asked.json && asked.outcome.is_some() {
        return Err("leave out --outcome: --json tells all outcomes".into());
    }
    Ok(Some(asked))
}

/// Does what is asked, and returns the exit status.
fn follow(asked: &Asked) -> Result<u8> {
    let root = root()?;
    let file = match &asked.file {
        Some(file) => file.clone(),
        None => own(&root)?,
    };
    loop {
        let before = contents(&file).ok();
        let status = once(asked, &root, &file);
        if !asked.watch || !text::is_heard() {
            return status;
        }
        if let Err(error) = status {
            say(&wrapped(&format!("error: {error:#}"), ""));
        }
        if !asked.json {
            say(&format!("waiting for the next save of {}; Ctrl-C ends\n", shown(&file)));
        }
        wait_for_change(&file, before.as_deref());
    }
}

/// The file at the root, written if it is not there. By its short name if that leads there.
fn own(root: &Path) -> Result<PathBuf> {
    let file = root.join(OWN);
    let here = std::env::current_dir().context("cannot tell the current folder")?;
    let file = if here == root { PathBuf::from(OWN) } else { file };
    if explore::begin(&file)? {
        tell!("wrote {}, a small program to begin with: change it", shown(&file));
    }
    Ok(file)
}

/// Explores the file as it is now.
fn once(asked: &Asked, root: &Path, file: &Path) -> Result<u8> {
    let found = found(asked, root, file);
    if asked.json {
        let (mut json, status) = match found {
            Ok(Ok(found)) => {
                let status = status(&found);
                (found, status)
            }
            Ok(Err(Refusal(errors))) => (json!({"error": errors}), 2),
            Err(error) => (json!({"error": format!("{error:#}")}), 2),
        };
        json["file"] = file.display().to_string().into();
        say(&format!("{json}\n"));
        return Ok(status);
    }
    let paint = Paint::for_stdout();
    let found = match found? {
        Ok(found) => found,
        Err(Refusal(reason)) if reason.lines().count() == 1 => bail!(reason),
        Err(Refusal(errors)) => {
            say(&show::errors(file, &errors, paint));
            return Ok(2);
        }
    };
    match asked.outcome {
        None => say(&show::all(file, &found, paint)),
        Some(number) => {
            let outcomes = found["outcomes"].as_array().map_or(0, Vec::len);
            let s = if outcomes == 1 { "" } else { "s" };
            let text = show::one(file, &found, number, paint);
            say(&text
                .with_context(|| format!("there is no outcome {number}: {outcomes} outcome{s} found"))?);
        }
    }
    Ok(status(&found))
}

fn status(found: &Value) -> u8 {
    u8::from(found["fails"] == true)
}

fn found(asked: &Asked, root: &Path, file: &Path) -> Result<Result<Value, Refusal>> {
    let source = Source::read(file, asked.edition)?;
    let explorer = match explore::compile(root, &[source], true)?.pop().expect("one for each file") {
        Ok(explorer) => explorer,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let bounds = Bounds { time: asked.time, tree: asked.json };
    let seen = io::stderr().is_terminal();
    let found = explore::explore(&explorer, bounds, |orders| {
        if seen {
            text::show_progress(&format!("\r\x1b[K{} orders …", text::grouped(orders)));
        }
    });
    if seen {
        text::show_progress("\r\x1b[K");
    }
    found.map(Ok).with_context(|| format!("{} can't be explored", shown(file)))
}

/// Blocks until something else is in the file.
fn wait_for_change(file: &Path, before: Option<&[u8]>) {
    let mut gone = 0;
    loop {
        thread::sleep(LOOK);
        // An editor may write a new file and move it into place: for a moment, none is there.
        let now = contents(file).ok();
        gone = if now.is_some() { 0 } else { gone + 1 };
        if now.as_deref() != before && (now.is_some() || gone == GONE) {
            return;
        }
    }
}
