//! The book: built, served with lessons that run on the reader's own machine, recorded and checked.
//!
//! # Layout
//!
//! Six rooms, each a folder. A room uses what stands below it, and nothing above it:
//!
//! | room | holds |
//! |---|---|
//! | [`serve`] | the server, and the pages that it keeps fresh |
//! | [`check`], [`record`] | what `cargo book check` asks; what `cargo book record`, `bench` and `new` write |
//! | [`page`] | from a chapter to a page |
//! | [`run`] | programs of the course, compiled and run |
//! | [`course`] | the tree as data |

// They panic where nothing can be written.
#![warn(clippy::print_stderr, clippy::print_stdout)]

use std::ffi::OsString;
use std::io::{self, ErrorKind, Write};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result};
use lexopt::prelude::*;
use shared::stage::in_a_line;
use shared::tell;

use crate::course::workspace::{Bad, Workspace};
use crate::page::card::parts::Runs;
use crate::page::{epub, preprocessor, site};
use crate::record::{bench, new};
#[cfg(unix)]
use crate::run::keep;
use crate::serve::Serving;

mod check;
mod course;
mod page;
mod record;
mod run;
mod serve;

const HELP: &str = "\
Builds and serves the book of the course, with the lessons on its pages.

  cargo book [serve]            build the book, serve it on this machine, open the browser
      --port N                  on this port, or the next free one [default: 3000]
      --no-open                 leave the browser closed
      --allow-host NAME         answer to this name too, for a port that is forwarded to you
      --time-limit SECONDS      end a lesson that runs longer [default: 60]
      --lazy                    compile a lesson or a check only when it is run
  cargo book build              write the book as a site into target/book
      --epub                    as an EPUB instead: target/see-it-run.epub (needs Chromium or Chrome)
  cargo book record [LESSON…]   run lessons and store their runs in book/runs; all if you name none
  cargo book check              check lessons, chapters, runs and every link
  cargo book new NAME           make a lesson of your own, with a chapter, in lessons/NAME
      --from LESSON             as a copy of this one [default: single-thread]
  cargo book bench [ARGUMENT…]  measure what things cost on this machine, for the chapter What it costs
  cargo book preprocess         for mdbook to call: see book/book.toml
";

/// What the command line asks for.
enum Command {
    Help,
    Serve(Serving),
    Build,
    Epub,
    Record(Vec<String>),
    Check,
    New {
        name: String,
        from: String,
    },
    Bench(Vec<OsString>),
    Preprocess,
    Supports(String),
    /// What [`run::tree`] starts in front of every program.
    #[cfg(unix)]
    Keep(Vec<OsString>),
}

fn main() -> ExitCode {
    let command = match read(std::env::args_os().skip(1)) {
        Ok(command) => command,
        Err(problem) => {
            let problem = in_a_line(&problem.to_string());
            tell!("error: {problem}; `cargo book --help` lists the commands");
            return ExitCode::from(2);
        }
    };
    match follow(command) {
        Ok(code) => code,
        Err(error) => {
            tell!("error: {error:#}");
            ExitCode::from(if error.is::<Bad>() || error.is::<epub::NoBrowser>() { 2 } else { 1 })
        }
    }
}

fn follow(command: Command) -> Result<ExitCode> {
    match command {
        Command::Help => say(HELP)?,
        #[cfg(unix)]
        Command::Keep(program) => return keep::keep(&program),
        Command::Supports(renderer) => return Ok(if renderer == "html" { 0 } else { 1 }.into()),
        Command::Preprocess => preprocessor::speak()?,
        Command::Serve(serving) => serve::serve(&Workspace::find()?, &serving)?,
        Command::Build => {
            let workspace = Workspace::find()?;
            let (folder, _turn) = site::build(&workspace, Runs::MustFit)?;
            tell!("The book is in {}.", workspace.shown(&folder));
        }
        Command::Epub => {
            let workspace = Workspace::find()?;
            let file = epub::build(&workspace)?;
            tell!("The book is in {}.", workspace.shown(&file));
        }
        Command::Record(lessons) => record::record(&Workspace::find()?, &lessons)?,
        Command::Check => check::check(&Workspace::find()?)?,
        Command::New { name, from } => new::new(&Workspace::find()?, &name, &from)?,
        Command::Bench(arguments) => return bench::bench(&Workspace::find()?, &arguments),
    }
    Ok(ExitCode::SUCCESS)
}

/// Writes to standard output. A reader that has enough may have closed the pipe.
fn say(text: &str) -> Result<()> {
    match io::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(error).context("cannot write to standard output")
        }
        _ => Ok(()),
    }
}

/// Reads the command line; the error says what of it can't be understood.
fn read(arguments: impl IntoIterator<Item = OsString>) -> Result<Command, lexopt::Error> {
    let mut arguments = lexopt::Parser::from_args(arguments);
    let mut words = Vec::new();
    let mut serving = Serving {
        port: 3000,
        allow_host: None,
        open: true,
        time_limit: Duration::from_secs(60),
        ahead: true,
    };
    let mut asked_to_serve = false;
    let mut from: Option<String> = None;
    let mut as_epub = false;
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("help") | Short('h') => return Ok(Command::Help),
            // All that follows is for the benchmark.
            Value(word) if word == "bench" && words.is_empty() && !asked_to_serve => {
                return Ok(Command::Bench(arguments.raw_args()?.collect()));
            }
            #[cfg(unix)]
            Value(word) if word == keep::COMMAND && words.is_empty() && !asked_to_serve => {
                return Ok(Command::Keep(arguments.raw_args()?.collect()));
            }
            Value(word) => {
                words.push(word.string()?);
                continue;
            }
            Long("port") => serving.port = arguments.value()?.parse()?,
            Long("from") => {
                from = Some(arguments.value()?.string()?);
                continue;
            }
            Long("epub") => {
                as_epub = true;
                continue;
            }
            Long("allow-host") => {
                let name = arguments.value()?.string()?;
                if name.is_empty() || name.contains(['/', '@', '*']) || name.contains(char::is_whitespace) {
                    return Err(
                        format!("--allow-host {name:?}: give a name, as in name-3000.example.org").into()
                    );
                }
                serving.allow_host = Some(name);
            }
            Long("no-open") => serving.open = false,
            Long("lazy") => serving.ahead = false,
            Long("time-limit") => {
                let seconds: f64 = arguments.value()?.parse()?;
                if !(0.1..=86_400.0).contains(&seconds) {
                    return Err(format!("--time-limit {seconds}: give seconds, from 0.1 to 86400").into());
                }
                serving.time_limit = Duration::from_secs_f64(seconds);
            }
            other => return Err(other.unexpected()),
        }
        asked_to_serve = true;
    }
    let words: Vec<_> = words.iter().map(String::as_str).collect();
    Ok(match words[..] {
        ["build"] if as_epub && from.is_none() && !asked_to_serve => Command::Epub,
        _ if as_epub => return Err("--epub is for `cargo book build`".into()),
        [] | ["serve"] if from.is_none() => Command::Serve(serving),
        ["new", name] if !asked_to_serve => {
            let from = from.unwrap_or_else(|| "single-thread".to_owned());
            Command::New { name: name.to_owned(), from }
        }
        ["new"] => return Err("new needs a name".into()),
        _ if from.is_some() => return Err("--from is for `cargo book new NAME`".into()),
        [command, ..] if asked_to_serve => return Err(format!("{command} takes no options").into()),
        ["build"] => Command::Build,
        ["record", ref lessons @ ..] => {
            Command::Record(lessons.iter().map(|&name| name.to_owned()).collect())
        }
        ["check"] => Command::Check,
        ["preprocess"] => Command::Preprocess,
        ["preprocess", "supports", renderer] => Command::Supports(renderer.to_owned()),
        ["help"] => Command::Help,
        _ => return Err(format!("there is no command {:?}", words.join(" ")).into()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_words(line: &str) -> Result<Command, lexopt::Error> {
        read(line.split_whitespace().map(OsString::from))
    }

    #[test]
    fn serve_is_what_is_meant_when_nothing_is_said() {
        for line in ["", "serve", "--no-open", "serve --port=3000", "--lazy"] {
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
            ("--port", "missing argument for option '--port'"),
            ("--port 70000", "70000"),
            ("--time-limit nan", "NaN"),
            ("--allow-host https://book.example", "give a name"),
            ("--no-open=1", "--no-open"),
            ("build --port 1", "build"),
            ("build now", "now"),
            ("record queue --fast", "--fast"),
            ("preprocess supports", "preprocess supports"),
            ("new", "new needs a name"),
            ("new a b", "new a b"),
            ("new a --port 1", "new"),
            ("new a --from", "missing argument for option '--from'"),
            ("record queue --from race", "--from"),
            ("--from race", "--from"),
            ("--epub", "--epub"),
            ("build --epub --port 1", "--epub"),
        ] {
            let problem = read_words(line).err().expect(line).to_string();
            assert!(problem.contains(named), "{line}: {problem}");
        }
    }
}
