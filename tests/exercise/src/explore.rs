//! Any program of threads in every order: compiles a file, and says what can come of it.
//!
//! # Layout
//!
//! - `source`: from a file to a program that explores it
//! - [`program`]: that program
//! - here: what it found
//!
//! # What it found, as JSON
//!
//! One object:
//!
//! | key | value |
//! |---|---|
//! | `file` | the file, as it was named |
//! | `error` | only if it can't be explored: why, and what to do instead. None of the keys below is there then |
//! | `orders` | how many orders were run |
//! | `all` | whether these are all there are |
//! | `surprises` | if a number: all with up to that many surprises each |
//! | `reduced` | whether orders that differ only in steps that don't touch each other were counted once: so it is if there are more than 2 000 |
//! | `forced_switches` | if not all: up to so many forced switches all were run |
//! | `hurried` | if not all: a thread that waits in a loop or for a time could have waited longer still |
//! | `unwound` | if not all: destructors that ran in a panic took their steps as one |
//! | `seconds` | how long the search took |
//! | `fails` | whether an order fails |
//! | `outcomes` | each way to end: those that fail first, and then the one with the simplest order first |
//! | `others` | how many orders end in yet other ways: more than 1 000 are not told apart |
//! | `unseen` | what was not looked at, in words; null if nothing was left out |
//! | `tree` | all orders, as in `book/runs/*.orders.json`; null if they are too many. Its outcomes have the `text` of these |
//!
//! An outcome:
//!
//! | key | value |
//! |---|---|
//! | `kind` | `returned`, `error` (`main` returned one, or the program ended itself with one), `failed` (a panic), `deadlock`, `race` (a data race), `endless` |
//! | `fails` | whether that is a failure: all but `returned` are |
//! | `text` | the outcome in one line |
//! | `printed` | the lines of the standard output |
//! | `errors` | the lines of the standard error |
//! | `message` | how it failed, in words |
//! | `orders` | how many orders lead there |
//! | `threads` | the names of the threads of the simplest of these |
//! | `steps` | its steps: `thread`, `text`, `file`, `line`, and `blocked` if it only says that the thread has to wait |
//! | `stuck` | who can't go on: `thread`, `text`, `file`, `line` |

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::Command;
use std::sync::mpsc::RecvTimeoutError;
use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::{Value, json};

pub mod program;
mod source;

pub use source::{EDITIONS, Explorer, Source, compile};

use crate::judge::EXPLORING;
use crate::text::shown;
use crate::verdict::{Checker, reports, tail, tidy_problem};

/// How long a search may take to begin, and to end after its time is over.
const PAUSE: Duration = Duration::from_secs(60);

/// How far a program is explored.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// How long.
    pub time: Duration,
    /// Whether a tree of all orders is wanted.
    pub tree: bool,
}

/// Explores a compiled file, and returns what was found as JSON. An error says why it can't be explored.
///
/// `progress` is told how many orders were run, five times a second. Nothing goes on running afterwards.
pub fn explore(explorer: &Explorer, bounds: Bounds, mut progress: impl FnMut(u64)) -> Result<Value> {
    let folder = explorer.program.parent().unwrap_or(Path::new("."));
    let mut command = Command::new(&explorer.program);
    command.current_dir(folder);
    let mut checker = Checker::start(command)?;
    let asked = json!({"seconds": bounds.time.as_secs_f64(), "tree": bounds.tree});
    let stdin = checker.0.stdin.as_mut().expect("it is piped");
    // One that has ended already says why.
    let _ = writeln!(stdin, "{asked}").and_then(|()| stdin.flush());
    let reports = reports(&mut checker.0);
    let errors = tail(&mut checker.0);
    let patience = bounds.time + EXPLORING + PAUSE;
    loop {
        let report = match reports.recv_timeout(patience) {
            Ok(report) => report,
            Err(RecvTimeoutError::Timeout) => anyhow::bail!("it did not end after {} s", patience.as_secs()),
            Err(RecvTimeoutError::Disconnected) => {
                let status = checker.end()?;
                let errors = errors.recv_timeout(PAUSE).unwrap_or_default();
                if errors.contains("memory allocation of ") {
                    anyhow::bail!("it takes more memory than the 1 GB that a program is given here");
                }
                anyhow::bail!(
                    "it ended the explorer as well ({status}): a panic within a panic, or unsafe code, can do that"
                );
            }
        };
        if let Some(orders) = report["orders_so_far"].as_u64() {
            progress(orders);
        } else if report["found"].is_object() {
            return Ok(found(report["found"].clone(), explorer));
        } else if let Some(why) = report["refused"].as_str() {
            anyhow::bail!("{}", explorer.in_own_paths(why));
        }
    }
}

/// In the learner's own paths, and without what an assertion puts before its own words.
fn found(mut found: Value, explorer: &Explorer) -> Value {
    let own = |text: &str| explorer.in_own_paths(text);
    for outcome in found["outcomes"].as_array_mut().into_iter().flatten() {
        tidy_problem(outcome, &own);
    }
    found["unseen"] = explorer.unseen.as_deref().into();
    found
}

/// The program that `cargo explore` begins with, if there is none.
const FIRST: &str = include_str!("explore/first.rs");

/// Writes the program to begin with into a file that is not there. Returns whether it did.
pub fn begin(file: &Path) -> Result<bool> {
    if file.symlink_metadata().is_ok() {
        return Ok(false);
    }
    // Half a program, on a full disk, would be taken for the user's own.
    let written = fs::write(file, FIRST).inspect_err(|_| drop(fs::remove_file(file)));
    written.with_context(|| format!("cannot write {}", shown(file)))?;
    Ok(true)
}
