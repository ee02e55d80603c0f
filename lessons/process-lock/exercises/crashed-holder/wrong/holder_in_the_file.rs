//! The file says which process has the turn. If that one is gone, the file is removed.
//! A process that crashes before it has written its id blocks all others.

use std::fs::{self, File};
use std::io::Write;
use std::process::{ExitCode, abort, id};
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
struct Turn {
    _locked: File,
}

impl Turn {
    /// Blocks until it is this process's turn.
    fn begin() -> Result<Turn> {
        loop {
            if let Ok(mut file) = File::create_new(LOCK_FILE) {
                write!(file, "{}", id())?;
                return Ok(Turn { _locked: file });
            }
            let holder = fs::read_to_string(LOCK_FILE).unwrap_or_default();
            if holder.parse().is_ok_and(|pid: u32| !lives(pid)) {
                let _ = fs::remove_file(LOCK_FILE);
            }
            thread::sleep(Duration::from_millis(1));
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let _ = fs::remove_file(LOCK_FILE);
    }
}

fn lives(pid: u32) -> bool {
    process::look(pid).is_some_and(|row| !row.zombie)
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
