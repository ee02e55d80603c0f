//! Stands in for `shared` in a program that is explored: the stage, and what a reader can choose.
//!
//! Nothing here takes time. The parts for processes are missing: other processes can't be explored.

use std::process::ExitCode;

pub mod choice;
pub mod stage;

pub use stage::{busy, wait, work};

/// A role for another process. There is none here, so a list of roles is empty.
#[derive(Debug)]
pub enum Role {}

/// Runs a lesson, with the arguments of [`choice::give`].
///
/// # Panics
///
/// If the lesson returns an error, so that the search stops there.
pub fn run(source: &str, lesson: impl FnOnce() -> anyhow::Result<()>, _: &[Role]) -> ExitCode {
    choice::declare(source);
    if let Err(error) = lesson() {
        panic!("{error:#}");
    }
    ExitCode::SUCCESS
}
