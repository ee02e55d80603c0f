//! A server that starts a process for each request, and waits for none.
//!
//! `reap` is called in each round. Let it take every process that has ended out of the
//! list, and say how it ended: `4711 ended: exit status: 0`. It must not wait for one
//! that still works, and must not kill it.
//!
//!     cargo exercise check orphans/reap

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
    let _ = working;
    Ok(())
}

fn answer() -> Result<()> {
    work(8.0);
    Ok(())
}
