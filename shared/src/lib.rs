//! What the lessons use and is never the lesson itself.
//!
//! A lesson's `main` calls [`run`]. What it says and does goes through the [`stage`]. A lesson of
//! several processes uses the parts in [`process`].
//!
//! # Layout
//!
//! - [`stage`]: what a lesson says and does, as text and as a trace
//! - [`choice`]: what a reader can choose on the command line and on the page
//! - [`process`]: processes in roles, and what they share: a lock, a queue, a pool of workers

use std::process::ExitCode;

use choice::BadArgument;
use process::Role;

pub mod choice;
pub mod process;
pub mod stage;

pub use stage::{busy, wait, work};

/// Runs a lesson, and is all that its `main` does.
///
/// `source` is the lesson's own source: `--help` prints the comment at its head, which also declares
/// what the reader can choose (see [`choice`]). `roles` are the functions that may run in a process of
/// their own: a child process starts in `main` like every program, and goes straight to its role. In a
/// lesson of one process, the list is empty.
///
/// The exit status is 0, or 1 with one line on standard error if `lesson` returns an error, or 2 with
/// one line if the reader chose something that the lesson doesn't offer.
///
/// Blocks until the lesson has ended. Threads that are still running then end with the program.
///
/// # Examples
///
/// ```standalone_crate
/// use anyhow::Result;
/// use shared::{process, process::role, say};
/// use std::process::ExitCode;
///
/// fn main() -> ExitCode {
///     // In a lesson: include_str!("main.rs")
///     shared::run("//! A program of two processes.", lesson, &[role(greet)])
/// }
///
/// fn lesson() -> Result<()> {
///     process::start(greet, ())?.join()?;
///     Ok(())
/// }
///
/// fn greet() -> Result<()> {
///     say!("hello from a process of my own");
///     Ok(())
/// }
/// ```
pub fn run(source: &str, lesson: impl FnOnce() -> anyhow::Result<()>, roles: &[Role]) -> ExitCode {
    let mut args = std::env::args_os().skip(1).map(|arg| arg.to_string_lossy().into_owned()).peekable();
    process::set_signals();
    if args.peek().is_some_and(|arg| arg == process::ROLE) {
        return process::play(args, roles);
    }
    match choice::read(source, args) {
        Ok(true) => {}
        Ok(false) => {
            let help: String = choice::head(source).flat_map(|line| [line, "\n"]).collect();
            stage::print(&help);
            return ExitCode::SUCCESS;
        }
        Err(bad) => return refuse(&bad.0),
    }
    process::register(roles);
    let cast = if roles.is_empty() { stage::Cast::Alone } else { stage::Cast::Parent };
    if let Err(problem) = stage::set(cast, None) {
        return refuse(&problem);
    }
    stage::lane(); // the main thread's is the first
    let outcome = lesson();
    stage::main_ends();
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => match error.downcast_ref::<BadArgument>() {
            Some(bad) => refuse(&bad.0),
            None => {
                stage::complain(format_args!("error: {error:#}"));
                ExitCode::FAILURE
            }
        },
    }
}

/// What the reader asked for can't be had: one line, and exit status 2.
fn refuse(problem: &str) -> ExitCode {
    stage::complain(format_args!("error: {}", stage::in_a_line(problem)));
    ExitCode::from(2)
}
