//! Threads and processes started, and waited for.

use std::hint::black_box;
use std::process::Command;
use std::thread;

use anyhow::{Context, Result, bail, ensure};
use shared::process::{self, Role, role};

use crate::{count, seconds, size};

pub fn roles() -> Vec<Role> {
    vec![role(nothing)]
}

fn nothing() -> Result<()> {
    Ok(())
}

pub fn thread() -> Result<f64> {
    microseconds_each(|| {
        if thread::spawn(|| ()).join().is_err() {
            bail!("a thread that does nothing has panicked");
        }
        Ok(())
    })
}

pub fn scoped_thread() -> Result<f64> {
    microseconds_each(|| {
        thread::scope(|scope| {
            scope.spawn(|| ());
        });
        Ok(())
    })
}

pub fn role_process() -> Result<f64> {
    microseconds_each(|| Ok(process::start(nothing, ())?.join()?))
}

/// This same program, which ends before it does anything of its own.
pub fn this_program() -> Result<f64> {
    let program = std::env::current_exe()?;
    microseconds_each(|| run(Command::new(&program).arg(NOTHING)))
}

/// The first argument of a process that ends at once.
pub const NOTHING: &str = "--nothing";

pub fn bin_true() -> Result<f64> {
    microseconds_each(|| run(&mut Command::new("/bin/true")))
}

fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("{command:?}"))?;
    ensure!(status.success(), "{command:?}: {status}");
    Ok(())
}

pub fn procspawn() -> Result<f64> {
    microseconds_each(|| Ok(procspawn::spawn((), |()| ()).join()?))
}

/// From a process that has written to `size` bytes of memory. The first is not counted.
fn microseconds_each(mut one: impl FnMut() -> Result<()>) -> Result<f64> {
    let held = vec![1_u8; size()];
    one()?;
    let seconds = seconds(|| (0..count()).try_for_each(|_| one()))?;
    black_box(held);
    Ok(seconds * 1e6 / count() as f64)
}
