//! A zombie, two orphans, and the one that a kill of their group doesn't reach.
//!
//!     cargo run -p lesson-orphans
//!
//! Chapter: book/chapters/en/orphans.md
//! Try: start `child` without `process_group(0)`. What does the kill then say?

use std::process::ExitCode;

use shared::{run, say};
#[cfg(unix)]
use {
    anyhow::{Result, ensure},
    family::{Family, child, leaves, raw, stays},
    rustix::process::{Signal, kill_process, kill_process_group},
    shared::process::{self, look, role},
    shared::{stage, work},
    std::io::pipe,
    std::os::unix::process::CommandExt,
};

#[cfg(unix)]
mod family;

#[cfg(unix)]
fn main() -> ExitCode {
    run(include_str!("main.rs"), lesson, &[role(child), role(stays), role(leaves)])
}

#[cfg(not(unix))]
fn main() -> ExitCode {
    let lesson = || Ok(say!("Windows has no zombies, and nobody adopts an orphan"));
    run(include_str!("main.rs"), lesson, &[])
}

#[cfg(unix)]
// ANCHOR: lesson
fn lesson() -> Result<()> {
    let (life, _keep) = pipe()?; // ends when this process does, and so does the family
    let (tell, told) = process::queue(4)?;
    let first = process::start_untied(child, (life, tell), |it| it.process_group(0))?;
    let mut family = Family::new(first, told)?;
    family.list();
    work(1.0);

    kill_child(&mut family)?;
    kill_group(&family)?;
    say!("kills leaves {} by its own number", family.leaves);
    kill_process(raw(family.leaves), Signal::KILL)?;
    family.until_ended("leaves", family.leaves);
    say!("nobody is left");
    ensure!(family.told.next().is_none(), "somebody still has the other end");
    Ok(())
}
// ANCHOR_END: lesson

#[cfg(unix)]
// ANCHOR: kill_child
fn kill_child(family: &mut Family) -> Result<()> {
    let child = family.child.pid();
    say!("kills child {child}, and doesn't wait for it yet");
    family.child.kill()?;
    family.both_tell(); // that they have a new parent
    family.list();
    ensure!(look(child).is_some_and(|row| row.zombie), "it is waited for already");
    stage::seen_as(child, "zombie", || work(1.0));

    family.child.wait()?;
    say!("has waited for child {child}: it is not in the table");
    ensure!(look(child).is_none(), "it is still in the table");
    work(1.0);
    Ok(())
}
// ANCHOR_END: kill_child

#[cfg(unix)]
// ANCHOR: kill_group
fn kill_group(family: &Family) -> Result<()> {
    let group = family.child.pid();
    say!("kills group {group}, whose first process is gone");
    kill_process_group(raw(group), Signal::KILL)?;
    family.until_ended("stays", family.stays);
    family.list();
    ensure!(look(family.leaves).is_some_and(|row| !row.zombie), "the kill reached it");
    work(1.0);
    Ok(())
}
// ANCHOR_END: kill_group
