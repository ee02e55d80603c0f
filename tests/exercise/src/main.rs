//! `cargo exercise`: the learner's loop.
//!
//! # Layout
//!
//! - [`session`]: what a learner asks for, one function each
//! - [`watch`](mod@watch): checks at every save
//! - [`progress`]: which exercises have passed, and which hints were told
//! - [`show`]: verdicts and lists as text

// They panic where nothing can be written.
#![warn(clippy::print_stderr, clippy::print_stdout)]

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use exercise::text;
use lexopt::prelude::*;
use session::{Session, Wrong};
use shared::stage::in_a_line;
use shared::tell;

mod progress;
mod session;
mod show;
mod watch;

const HELP: &str = "\
The exercises of the course. You change a file and save it, and it is checked
in every order of steps. NAME is topic/name, or the name alone if it is unique.

  cargo exercise [watch] [NAME]      check after each save [default: the next]
  cargo exercise list                all exercises, and which have passed
  cargo exercise next                the next one that hasn't passed
  cargo exercise check [NAME]        check one, or all if you name none
      --answer FILE                  check this file instead of exercise.rs
      --json                         a line of JSON for each exercise
  cargo exercise hint [NAME]         one more hint each time
  cargo exercise solution [NAME]     the solution, once the exercise has passed
      --anyway                       or before
  cargo exercise reset NAME          restore exercise.rs, and keep your version
  cargo exercise seal                for authors: accept the checks as they are

`watch` looks at the file four times a second, so it also sees a save on a
network drive and under WSL. You need no option for that.

Exit status: 0 if everything that you asked for passes, 1 if not, 2 for a bad
request, or if standard output is full.
";

/// What the command line asks for.
#[derive(Debug, PartialEq, Eq)]
enum Command {
    Help,
    Watch { name: Option<String> },
    List,
    Next,
    Check { name: Option<String>, answer: Option<PathBuf>, json: bool },
    Hint { name: Option<String> },
    Solution { name: Option<String>, anyway: bool },
    Reset { name: String },
    Seal,
}

fn main() -> ExitCode {
    let command = match read(std::env::args_os().skip(1)) {
        Ok(command) => command,
        Err(problem) => {
            let problem = in_a_line(&problem.to_string());
            tell!("error: {problem}; `cargo exercise --help` lists the commands");
            return ExitCode::from(2);
        }
    };
    match follow(command) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            tell!("error: {error:#}");
            ExitCode::from(if error.is::<Wrong>() { 1 } else { 2 })
        }
    }
}

/// Returns whether all that was asked passes.
fn follow(command: Command) -> anyhow::Result<bool> {
    if command == Command::Help {
        text::say(&text::help(HELP));
        return Ok(true);
    }
    let session = Session::find()?;
    match command {
        Command::Help => {}
        Command::Watch { name } => watch::watch(&session, name.as_deref())?,
        Command::List => session.list()?,
        Command::Next => session.next()?,
        Command::Check { name: Some(name), answer, json } => {
            return session.check(&name, answer.as_deref(), json);
        }
        Command::Check { name: None, json, .. } => return session.check_all(json),
        Command::Hint { name } => session.hint(name.as_deref())?,
        Command::Solution { name, anyway } => session.solution(name.as_deref(), anyway)?,
        Command::Reset { name } => session.reset(&name)?,
        Command::Seal => session.seal()?,
    }
    Ok(true)
}

/// Reads the command line; the error says what of it can't be understood.
fn read(arguments: impl IntoIterator<Item = OsString>) -> Result<Command, lexopt::Error> {
    let mut arguments = lexopt::Parser::from_args(arguments);
    let mut words = Vec::new();
    let mut options = Vec::new();
    let (mut answer, mut json, mut anyway) = (None, false, false);
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("help") | Short('h') => return Ok(Command::Help),
            Value(word) => {
                words.push(word.string()?);
                continue;
            }
            Long("answer") => {
                answer = Some(PathBuf::from(arguments.value()?));
                options.push("--answer");
            }
            Long("json") => {
                json = true;
                options.push("--json");
            }
            Long("anyway") => {
                anyway = true;
                options.push("--anyway");
            }
            Long("poll") => options.push("--poll"), // as it does anyway
            other => return Err(other.unexpected()),
        }
    }
    let mut words = words.into_iter();
    let command = words.next();
    let name = words.next();
    if let Some(word) = words.next() {
        return Err(format!("give one name only: {word:?} is one too many").into());
    }
    let (command, takes): (_, &[&str]) = match (command.as_deref().unwrap_or("watch"), name) {
        ("help", _) => return Ok(Command::Help),
        ("watch", name) => (Command::Watch { name }, &["--poll"]),
        ("check", None) if answer.is_some() => return Err("--answer needs the exercise's name".into()),
        ("check", name) => (Command::Check { name, answer, json }, &["--answer", "--json"]),
        ("hint", name) => (Command::Hint { name }, &[]),
        ("solution", name) => (Command::Solution { name, anyway }, &["--anyway"]),
        ("reset", Some(name)) => (Command::Reset { name }, &[]),
        ("reset", None) => return Err("reset needs the exercise's name".into()),
        ("list", None) => (Command::List, &[]),
        ("next", None) => (Command::Next, &[]),
        ("seal", None) => (Command::Seal, &[]),
        (command @ ("list" | "next" | "seal"), Some(name)) => {
            return Err(format!("{command} takes no name, but you gave {name:?}").into());
        }
        (name, None) if name.contains('/') => (Command::Watch { name: Some(name.to_owned()) }, &["--poll"]),
        (command, _) => return Err(format!("there is no command {command:?}").into()),
    };
    if let Some(option) = options.iter().find(|option| !takes.contains(option)) {
        return Err(format!("{option} doesn't apply here").into());
    }
    Ok(command)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_words(line: &str) -> Result<Command, lexopt::Error> {
        read(line.split_whitespace().map(OsString::from))
    }

    #[test]
    fn watch_is_what_is_meant_when_nothing_is_said() {
        for line in ["", "watch", "--poll"] {
            assert_eq!(read_words(line).expect(line), Command::Watch { name: None });
        }
        let one = Command::Watch { name: Some("race/lock".to_owned()) };
        assert_eq!(read_words("race/lock").expect("a name alone"), one);
    }

    #[test]
    fn options_and_names_go_to_their_command() {
        let check = read_words("check a/b --answer x.rs --json").expect("it is right");
        let answer = Some(PathBuf::from("x.rs"));
        assert_eq!(check, Command::Check { name: Some("a/b".to_owned()), answer, json: true });
        let solution = read_words("solution --anyway").expect("it is right");
        assert_eq!(solution, Command::Solution { name: None, anyway: true });
    }

    #[test]
    fn what_is_not_understood_is_named() {
        for (line, named) in [
            ("chek", "chek"),
            ("check --answer", "missing argument for option '--answer'"),
            ("check --answer x.rs", "--answer"),
            ("check a b", "\"b\""),
            ("check a --anyway", "--anyway"),
            ("list a", "list takes no name"),
            ("list --json", "--json"),
            ("reset", "reset"),
            ("--fast", "--fast"),
        ] {
            let problem = read_words(line).expect_err(line).to_string();
            assert!(problem.contains(named), "{line}: {problem}");
        }
    }
}
