//! The second child's pipe ends only when the first child has stopped.

use std::io::{self, PipeReader, read_to_string};
use std::process::ExitCode;
use std::sync::mpsc;
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

    for (child, pipe) in children.into_iter().zip(pipes) {
        drop(pipe);
        child.join()?;
    }
    say!("both have stopped");
    Ok(())
}

/// Counts until the pipe has ended.
fn count(pipe: PipeReader) -> Result<()> {
    ctrlc::set_handler(|| {})?;
    say!("begins to count");
    let end = thread::spawn(|| read_to_string(pipe));
    let mut n = 0;
    while !end.is_finished() {
        n += 1;
        work(0.2);
    }
    say!("stops at {n}");
    Ok(())
}
