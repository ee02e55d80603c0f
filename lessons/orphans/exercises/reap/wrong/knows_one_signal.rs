//! Takes each process that ended badly for one that was killed by SIGKILL.

use std::process::ExitCode;

use anyhow::Result;
use shared::process::{self, Process, role};
use shared::{choice, say, work};

fn main() -> ExitCode {
    let source = "//! --requests N    how many come, one each round [default: 6]";
    shared::run(source, lesson, &[role(answer)])
}

fn lesson() -> Result<()> {
    let mut requests: usize = choice::value("--requests")?;
    let mut working = Vec::new();
    while requests > 0 || !working.is_empty() {
        if requests > 0 {
            requests -= 1;
            working.push(process::start(answer, ())?);
        }
        work(0.1);
        reap(&mut working)?;
        say!("goes on: {} at work", working.len());
    }
    Ok(())
}

/// Takes out every process that has ended, and says how.
fn reap(working: &mut Vec<Process>) -> Result<()> {
    let mut still = Vec::new();
    for mut process in working.drain(..) {
        match process.try_wait()? {
            Some(status) if status.success() => {
                say!("{} ended: {status}", process.pid())
            }
            Some(_) => say!("{} ended: signal: 9 (SIGKILL)", process.pid()),
            None => still.push(process),
        }
    }
    *working = still;
    Ok(())
}

fn answer() -> Result<()> {
    work(8.0);
    Ok(())
}
