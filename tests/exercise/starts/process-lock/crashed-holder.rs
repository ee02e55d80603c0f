//! Two processes should take turns, even when a third has crashed in its turn.
//!
//! A file says that some process has the turn. The process that can create the file
//! begins, and removes it at the end. But a process that crashes removes nothing, and
//! the others wait for ever. Let a crash free the turn.
//!
//!     cargo exercise check process-lock/crashed-holder

use std::fs::{self, File};
use std::process::{ExitCode, abort};
use std::thread;
use std::time::Duration;

use anyhow::Result;
use shared::process::{self, role};
use shared::{choice, say, wait, work};

fn main() -> ExitCode {
    let source = "//! --crash    begin with a process that crashes in its turn";
    shared::run(source, lesson, &[role(take_turns), role(crash)])
}

fn lesson() -> Result<()> {
    if choice::flag("--crash") {
        let status = process::start(crash, ())?.wait()?;
        say!("one has crashed: {status}");
    }
    let first = process::start(take_turns, ())?;
    let second = process::start(take_turns, ())?;
    first.join()?;
    second.join()?;
    let _ = fs::remove_file(LOCK_FILE);
    Ok(())
}

/// In the folder in which the program runs.
const LOCK_FILE: &str = "turn.lock";

/// This process's turn, until it is dropped.
struct Turn;

impl Turn {
    /// Blocks until it is this process's turn.
    fn begin() -> Result<Turn> {
        // Only one process at a time can make the file.
        while File::create_new(LOCK_FILE).is_err() {
            thread::sleep(Duration::from_millis(5));
        }
        Ok(Turn)
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let _ = fs::remove_file(LOCK_FILE);
    }
}

fn take_turns() -> Result<()> {
    for n in 1..=3 {
        let _turn = wait("its turn", Turn::begin)?;
        say!("begins turn {n}");
        work(2.0);
        say!("ends turn {n}");
    }
    Ok(())
}

fn crash() -> Result<()> {
    let _turn = Turn::begin()?;
    say!("begins turn 1");
    abort()
}
