//! A child stops when its pipe has ended, or at Ctrl-C, whichever comes first.

use std::io::{self, PipeReader, read_to_string};
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, mpsc};
use std::thread;

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

    let (to_main, ctrl_c) = mpsc::channel();
    ctrlc::set_handler(move || _ = to_main.send(()))?;
    say!("begins to wait for Ctrl-C");
    ctrl_c.recv()?;
    drop(pipes);

    for child in children {
        child.join()?;
    }
    say!("both have stopped");
    Ok(())
}

/// Counts until the pipe has ended.
fn count(pipe: PipeReader) -> Result<()> {
    let stop = Arc::new(AtomicBool::new(false));
    let handler = stop.clone();
    ctrlc::set_handler(move || handler.store(true, Relaxed))?;
    say!("begins to count");
    let end = thread::spawn(|| read_to_string(pipe));
    let mut n = 0;
    while !end.is_finished() && !stop.load(Relaxed) {
        n += 1;
        work(0.2);
    }
    say!("stops at {n}");
    Ok(())
}
