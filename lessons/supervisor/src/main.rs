//! Starts a child again when it fails: later each time, and not for ever.
//!
//!     cargo run -p lesson-supervisor
//!     cargo run -p lesson-supervisor -- --child flaps
//!
//!     --child WHICH    the child [default: crashes; try: recovers, flaps, silent]
//!         crashes: fails as soon as it is ready
//!         recovers: fails as long as the oven is cold
//!         flaps: works for a second, and then fails
//!         silent: never gets ready
//!
//! Chapter: book/chapters/en/supervisor.md
//! Try: let `crashes` end well. How often is it started?

use std::collections::VecDeque;
use std::process::ExitCode;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use shared::choice::{self, BadArgument};
use shared::{process::role, run, say, stage::seconds, wait};

mod child;

use child::{Child, crashes, flaps, live, recovers, silent};

// ANCHOR: limits
const FIRST: f64 = 0.5; // seconds before the first restart, then twice as long each time
const LONGEST: f64 = 8.0; // but never longer than this
const READY: Duration = Duration::from_secs(1); // to get ready
const STEADY: Duration = Duration::from_millis(500); // worked this long: all was well
const RESTARTS: usize = 3; // at most
const WINDOW: Duration = Duration::from_secs(30); // in this time
// ANCHOR_END: limits

fn main() -> ExitCode {
    let roles = [role(crashes), role(recovers), role(flaps), role(silent)];
    run(include_str!("main.rs"), lesson, &roles)
}

// ANCHOR: lesson
fn lesson() -> Result<()> {
    match &*choice::value::<String>("--child")? {
        "crashes" => ensure!(supervise(crashes)? == (false, vec![0.5, 1.0, 2.0])),
        "recovers" => ensure!(supervise(recovers)?.0, "it was given up"),
        "flaps" => ensure!(supervise(flaps)? == (false, vec![0.5, 0.5, 0.5])),
        "silent" => ensure!(supervise(silent)? == (false, vec![0.5, 1.0, 2.0])),
        other => return Err(BadArgument(format!("no such --child: {other}")).into()),
    }
    Ok(())
}
// ANCHOR_END: lesson

// ANCHOR: supervise
/// Returns whether the child ended well at last, and how long each pause was.
fn supervise<F: Child>(child: F) -> Result<(bool, Vec<f64>)> {
    let (mut pause, mut pauses) = (FIRST, Vec::new());
    let mut restarts = VecDeque::new();
    loop {
        let life = live(child, READY)?;
        if life.ended_well {
            say!("all is done: no restart");
            return Ok((true, pauses));
        }
        if life.worked >= STEADY {
            pause = FIRST;
        }
        restarts.retain(|at: &Instant| at.elapsed() < WINDOW);
        if restarts.len() == RESTARTS {
            say!("gives up: {RESTARTS} restarts in {WINDOW:?}");
            return Ok((false, pauses));
        }
        say!("starts it again in {pause} s");
        let time = seconds(pause)?;
        wait("pause", || thread::sleep(time));
        restarts.push_back(Instant::now());
        pauses.push(pause);
        pause = LONGEST.min(2.0 * pause);
    }
}
// ANCHOR_END: supervise
