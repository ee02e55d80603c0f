//! `main` looks at each child a few times, and then leaves it.

use std::io::{self, PipeReader, read_to_string};
use std::process::ExitCode;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

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

    for mut child in children {
        for _ in 0..40 {
            if child.try_wait()?.is_some() {
                break;
            }
            thread::sleep(Duration::from_millis(100));
        }
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
