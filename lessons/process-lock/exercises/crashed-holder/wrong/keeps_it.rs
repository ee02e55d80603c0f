//! The file is opened once, and stays locked when a turn ends.

use std::fs::{self, File};
use std::process::{ExitCode, abort};
use std::sync::OnceLock;

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

static LOCK: OnceLock<File> = OnceLock::new();

/// This process's turn, until it is dropped.
struct Turn;

impl Turn {
    /// Blocks until it is this process's turn.
    fn begin() -> Result<Turn> {
        let file = LOCK.get_or_init(|| {
            File::options()
                .create(true)
                .truncate(false)
                .write(true)
                .open(LOCK_FILE)
                .unwrap()
        });
        file.lock()?;
        Ok(Turn)
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
