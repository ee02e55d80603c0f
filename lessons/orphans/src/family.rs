//! What the processes do that `main` starts, and how `main` keeps track of them.

use std::io::{PipeReader, Read};
use std::os::unix::process::parent_id;
use std::process::{exit, id};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};
use rustix::process::{Pid, setsid};
use shared::process::{Process, Receiver, Sender, look, start_untied};
use shared::{busy, say, stage};

const PAUSE: Duration = Duration::from_millis(5);
const LIMIT: Duration = Duration::from_secs(10);

/// Each process lives until the pipe ends, and tells through the queue.
type Ends = (PipeReader, Sender<String>);

// ANCHOR: child
pub fn child((life, tell): Ends) -> Result<()> {
    say!("starts two processes");
    let _stays = start_untied(stays, (life.try_clone()?, tell.clone()), |it| it)?;
    let _leaves = start_untied(leaves, (life.try_clone()?, tell), |it| it)?;
    end_with(life);
    loop {
        thread::park();
    }
}

pub fn stays(ends: Ends) -> Result<()> {
    grandchild("stays", ends)
}

pub fn leaves(ends: Ends) -> Result<()> {
    setsid()?; // begins a session, and a group, of its own
    grandchild("leaves", ends)
}
// ANCHOR_END: child

// ANCHOR: grandchild
fn grandchild(name: &str, (life, tell): Ends) -> Result<()> {
    end_with(life);
    let parent = parent_id();
    say!("has parent {parent}");
    tell.send(&format!("{name} {}", id()))?;
    busy("works", || {
        while parent_id() == parent {
            thread::sleep(PAUSE);
        }
    });
    let name_of = |pid| look(pid).map_or("unknown".to_owned(), |row| row.name);
    say!("is an orphan: adopted by {} ({})", parent_id(), name_of(parent_id()));
    tell.send(&format!("{name} is an orphan"))?;
    busy("works on", || {
        loop {
            thread::park();
        }
    })
}
// ANCHOR_END: grandchild

// ANCHOR: end_with
/// Ends this process when the pipe ends: when `main` has closed the other end, or is gone.
fn end_with(mut life: PipeReader) {
    thread::spawn(move || {
        let _ = life.read_to_end(&mut Vec::new());
        exit(0)
    });
}
// ANCHOR_END: end_with

/// All three, as `main` knows them.
pub struct Family {
    pub child: Process,
    pub stays: u32,
    pub leaves: u32,
    pub told: Receiver<String>,
}

impl Family {
    pub fn new(child: Process, told: Receiver<String>) -> Result<Self> {
        let mut family = Family { child, stays: 0, leaves: 0, told };
        let told = family.both_tell();
        say!("has a child and two grandchildren");
        let pid = |name: &str| {
            let pid = |told: &String| told.strip_prefix(name)?.trim().parse().ok();
            told.iter().find_map(pid).with_context(|| format!("{name} is missing"))
        };
        (family.stays, family.leaves) = (pid("stays")?, pid("leaves")?);
        Ok(family)
    }

    /// Waits until each grandchild has told something.
    pub fn both_tell(&self) -> Vec<String> {
        (0..2).filter_map(|_| self.told.recv_timeout(LIMIT).ok()).collect()
    }

    pub fn list(&self) {
        let child = self.child.pid();
        for (name, pid) in
            [("child", child), ("stays", self.stays), ("leaves", self.leaves)]
        {
            match look(pid) {
                Some(row) => say!("{name} {pid}: {row}"),
                None => say!("{name} {pid}: not in the table"),
            }
        }
    }

    /// Waits for the end of a process that somebody else has to reap.
    pub fn until_ended(&self, name: &str, pid: u32) {
        while look(pid).is_some_and(|row| !row.zombie) {
            thread::sleep(PAUSE);
        }
        stage::ended(pid, name, "signal: 9 (SIGKILL)");
    }
}

pub fn raw(pid: u32) -> Pid {
    Pid::from_raw(pid as i32).expect("a process has a number above 0")
}
