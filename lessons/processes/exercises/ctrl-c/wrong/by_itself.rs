//! Each child stops by its own handler, and `main` ends no pipe.

use std::io::{self, PipeReader};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use anyhow::Result;
use shared::process::{self, role};
use shared::{say, work};

fn main() -> ExitCode {
    shared::run("//! Counts until Ctrl-C.", lesson, &[role(count)])
}

fn lesson() -> Result<()> {
    let (mut children, mut pipes) = (Vec::new(), Vec::new());
    for _ in 0..2 {
        let (reader, writer) = io::pipe()?;
        children.push(process::start(count, reader)?);
        pipes.push(writer);
    }

    ctrlc::set_handler(|| {})?;
    say!("begins to wait for Ctrl-C");

    for child in children {
        child.join()?;
    }
    say!("both have stopped");
    Ok(())
}

/// Counts until Ctrl-C.
fn count(pipe: PipeReader) -> Result<()> {
    let stop = Arc::new(AtomicBool::new(false));
    let handler = stop.clone();
    ctrlc::set_handler(move || handler.store(true, Relaxed))?;
    say!("begins to count");
    let mut n = 0;
    while !stop.load(Relaxed) {
        n += 1;
        work(0.2);
    }
    drop(pipe);
    say!("stops at {n}");
    Ok(())
}
