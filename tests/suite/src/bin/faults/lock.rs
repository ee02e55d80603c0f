//! Holders of a lock are killed: the next one gets it, and there is never a second one inside.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;
use std::thread;
use std::time::Duration;

use anyhow::{Result, bail, ensure};
use fastrand::Rng;
use shared::process::{self, Lock, Process};

use crate::ledger;

/// Handles of one lock, each for one process: some at once, the others in place of the killed.
const HANDLES: usize = 40;

/// Who is inside: a link to a file of its own, made and removed while it holds the lock.
const INSIDE: &str = "inside";

const LEDGER: &str = "lock";

/// A file: while it is there, holders go on.
const OPEN: &str = "open";

/// Goes in and out for as long as it may.
pub fn hold(mut lock: Lock) -> Result<()> {
    let rng = &mut Rng::new();
    let me = std::process::id();
    let mine = format!("process-{me}");
    fs::write(&mine, me.to_string())?;
    while Path::new(OPEN).exists() {
        let guard = lock.lock()?;
        enter(&mine)?;
        thread::sleep(Duration::from_micros(rng.u64(0..300)));
        fs::remove_file(INSIDE)?;
        drop(guard);
        ledger::append(LEDGER, "went in and out");
    }
    Ok(fs::remove_file(mine)?)
}

/// Leaves its name inside. The only name that may be there already is that of one that was killed.
fn enter(mine: &str) -> Result<()> {
    while let Err(error) = fs::hard_link(mine, INSIDE) {
        ensure!(error.kind() == ErrorKind::AlreadyExists, "{error}");
        let other = fs::read_to_string(INSIDE)?;
        ensure!(Path::new(&killed(&other)).exists(), "{other} is inside too, and nobody has killed it");
        ledger::append(LEDGER, "found a dead one");
        fs::remove_file(INSIDE)?;
    }
    Ok(())
}

/// The file that says that a process is about to be killed.
fn killed(pid: &str) -> String {
    format!("killed-{pid}")
}

/// Kills so many while they hold the lock, and others while they wait for it.
pub fn killed_holders<F>(rng: &mut Rng, times: usize, make: F) -> Result<String>
where
    F: Fn() -> std::io::Result<[Lock; HANDLES]>,
{
    let (mut kills, mut found, mut sections) = (0, 0, 0);
    while found < times {
        ledger::clear(LEDGER)?;
        ledger::append(OPEN, "");
        let mut handles = make()?.into_iter();
        let mut holders: Vec<Process> = Vec::new();
        for lock in handles.by_ref().take(rng.usize(2..=5)) {
            holders.push(process::start(hold, lock)?);
        }
        for lock in handles {
            kill_one(rng, &mut holders)?;
            kills += 1;
            holders.push(process::start(hold, lock)?);
        }
        ledger::clear(OPEN)?;
        for holder in holders {
            holder.join()?;
        }
        let ledger = ledger::counts(LEDGER)?;
        found += ledger.get("found a dead one").copied().unwrap_or(0) as usize;
        sections += ledger.get("went in and out").copied().unwrap_or(0);
        for entry in fs::read_dir(".")? {
            fs::remove_file(entry?.path())?;
        }
    }
    Ok(format!("{found} of {kills} killed held the lock: {sections} times in and out, never two inside"))
}

/// Kills the one that is inside, or any.
fn kill_one(rng: &mut Rng, holders: &mut Vec<Process>) -> Result<()> {
    thread::sleep(Duration::from_micros(rng.u64(0..2_000)));
    let inside = if rng.u32(0..4) == 0 { None } else { Some(wait_for_holder(holders)?) };
    let victim = match inside {
        Some(pid) => holders.iter().position(|holder| holder.pid() == pid).expect("it was found there"),
        None => rng.usize(0..holders.len()),
    };
    let mut victim = holders.swap_remove(victim);
    ledger::append(&killed(&victim.pid().to_string()), "");
    victim.kill()?;
    let status = victim.wait()?;
    if status.code().is_some() {
        bail!("a holder ended by itself: {status}");
    }
    Ok(())
}

fn wait_for_holder(holders: &[Process]) -> Result<u32> {
    loop {
        let inside = fs::read_to_string(INSIDE).unwrap_or_default();
        match inside.parse() {
            Ok(pid) if holders.iter().any(|holder| holder.pid() == pid) => return Ok(pid),
            // Nobody, or a process that has just been killed: the next one comes, or this hangs.
            _ => thread::yield_now(),
        }
    }
}
