//! The book: built, served with lessons that run on the reader's own machine, recorded and checked.
//!
//! # Layout
//!
//! What it works on:
//! - [`workspace`]: the course's folder
//! - [`lesson`]: a lesson, its choices, and what it can be run with
//! - [`recording`]: a recorded run
//!
//! Making the pages:
//! - [`directive`]: `{{#lesson NAME}}` and others in a chapter
//! - [`mod@include`]: pieces of code that a chapter asks for
//! - [`card`]: what stands on the page for a lesson
//! - [`preprocessor`]: the three together, as mdBook's preprocessor
//! - [`site`]: the book as a site
//!
//! Running lessons:
//! - [`compile`]: from source to program
//! - [`tree`]: a program with everything that it starts
//! - [`run`]: one run, with its limits
//! - [`record`]: runs for the page
//!
//! Serving:
//! - [`pages`]: the pages, built anew when something changes
//! - [`door`]: what is answered, and whom
//! - [`serve`]: the server
//! - [`stamp`]: whether files have changed
//! - [`signal`]: Ctrl-C and its kin
//!
//! Checking:
//! - [`check`]: lessons, chapters and runs
//! - [`links`]: links of the built pages

use std::io::{self, Write};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Result;
use serve::Serving;
use workspace::Workspace;

mod card;
mod check;
mod compile;
mod directive;
mod door;
mod include;
mod lesson;
mod links;
mod pages;
mod preprocessor;
mod record;
mod recording;
mod run;
mod serve;
mod signal;
mod site;
mod stamp;
mod tree;
mod workspace;

const HELP: &str = "\
The book of the course, and its lessons on its pages.

  cargo book [serve]            build the book, serve it on this machine, open the browser
      --port N                  on this port, or the next free one [default: 3000]
      --no-open                 leave the browser closed
      --time-limit SECONDS      end a lesson that runs longer [default: 60]
  cargo book build              write the book as a site into target/book
  cargo book record [LESSON…]   run lessons and store their runs in book/runs; all if none is named
  cargo book check              check lessons, chapters, runs and every link
  cargo book preprocess         for mdbook to call: see book/book.toml
";

/// What the command line asks for.
enum Command {
    Help,
    Serve(Serving),
    Build,
    Record(Vec<String>),
    Check,
    Preprocess,
    Supports(String),
}

fn main() -> ExitCode {
    let command = match read(std::env::args().skip(1).collect()) {
        Ok(command) => command,
        Err(problem) => {
            eprintln!("error: {problem}; `cargo book --help` lists what can be said");
            return ExitCode::from(2);
        }
    };
    match follow(command) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn follow(command: Command) -> Result<ExitCode> {
    match command {
        // Whoever has read enough may have closed the pipe.
        Command::Help => drop(io::stdout().write_all(HELP.as_bytes())),
        Command::Supports(renderer) => return Ok(if renderer == "html" { 0 } else { 1 }.into()),
        Command::Preprocess => preprocessor::speak()?,
        Command::Serve(serving) => serve::serve(&Workspace::find()?, &serving)?,
        Command::Build => {
            let workspace = Workspace::find()?;
            let folder = site::build(&workspace)?;
            eprintln!("The book is in {}.", workspace.shown(&folder));
        }
        Command::Record(lessons) => record::record(&Workspace::find()?, &lessons)?,
        Command::Check => check::check(&Workspace::find()?)?,
    }
    Ok(ExitCode::SUCCESS)
}

/// Reads the command line; the error says what of it can't be understood.
fn read(arguments: Vec<String>) -> Result<Command, String> {
    if arguments.iter().any(|argument| ["-h", "--help"].contains(&argument.as_str())) {
        return Ok(Command::Help);
    }
    let mut arguments = arguments.into_iter().peekable();
    let command = arguments.next_if(|first| !first.starts_with('-')).unwrap_or_else(|| "serve".to_owned());
    let command = match command.as_str() {
        "serve" => Command::Serve(read_serving(&mut arguments)?),
        "build" => Command::Build,
        "record" => {
            let lessons = std::iter::from_fn(|| arguments.next_if(|name| !name.starts_with('-')));
            Command::Record(lessons.collect())
        }
        "check" => Command::Check,
        "preprocess" => match arguments.next_if_eq("supports") {
            Some(_) => Command::Supports(arguments.next().ok_or("`supports` needs a renderer")?),
            None => Command::Preprocess,
        },
        "help" => Command::Help,
        other => return Err(format!("there is no command {other}")),
    };
    match arguments.next() {
        None => Ok(command),
        Some(rest) => Err(format!("unexpected argument {rest}")),
    }
}

fn read_serving(arguments: &mut std::iter::Peekable<std::vec::IntoIter<String>>) -> Result<Serving, String> {
    let mut serving = Serving { port: 3000, open: true, time_limit: Duration::from_secs(60) };
    while let Some(argument) = arguments.next() {
        let (name, attached) = match argument.split_once('=') {
            Some((name, value)) => (name, Some(value.to_owned())),
            None => (argument.as_str(), None),
        };
        let mut value =
            || attached.clone().or_else(|| arguments.next()).ok_or(format!("{name} needs a value"));
        match name {
            "--port" => {
                let port = value()?;
                serving.port =
                    port.parse().map_err(|_| format!("--port {port}: a port is a number up to 65535"))?;
            }
            "--time-limit" => {
                let seconds = value()?;
                let limit = seconds.parse().ok().filter(|limit| (0.1..=86_400.0).contains(limit));
                let limit =
                    limit.ok_or(format!("--time-limit {seconds}: give seconds, from 0.1 to 86400"))?;
                serving.time_limit = Duration::from_secs_f64(limit);
            }
            "--no-open" if attached.is_none() => serving.open = false,
            _ => return Err(format!("unexpected argument {argument}")),
        }
    }
    Ok(serving)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_words(line: &str) -> Result<Command, String> {
        read(line.split_whitespace().map(str::to_owned).collect())
    }

    #[test]
    fn serve_is_what_is_meant_when_nothing_is_said() {
        for line in ["", "serve", "--no-open", "serve --port=3000"] {
            assert!(matches!(read_words(line), Ok(Command::Serve(_))), "{line}");
        }
        let Ok(Command::Serve(serving)) = read_words("--port 8080 --no-open --time-limit 1.5") else {
            panic!("it serves");
        };
        assert_eq!((serving.port, serving.open), (8080, false));
        assert_eq!(serving.time_limit, Duration::from_millis(1500));
    }

    #[test]
    fn what_is_not_understood_is_named() {
        for (line, named) in [
            ("bulid", "bulid"),
            ("--port", "--port needs a value"),
            ("--port 70000", "70000"),
            ("--time-limit nan", "nan"),
            ("--no-open=1", "--no-open=1"),
            ("build now", "now"),
            ("record queue --fast", "--fast"),
            ("preprocess supports", "renderer"),
        ] {
            let problem = read_words(line).err().expect(line);
            assert!(problem.contains(named), "{line}: {problem}");
        }
    }
}
