//! Ctrl-C should end two children in good order: each says how far it has got.
//!
//! A child counts until its pipe has ended, and `main` holds the other end of the pipe.
//! Ctrl-C goes to all three processes at once, and ends each of them where it stands.
//! Let `main` handle it: it ends the pipes, and waits for its children. And make sure
//! that the children don't die of Ctrl-C.
//!
//!     cargo exercise check processes/ctrl-c

use std::io::{self, PipeReader, read_to_string};
use std::process::ExitCode;
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

    // Before `main` says this, it should be ready for Ctrl-C.
    say!("begins to wait for Ctrl-C");
    // Here `main` should wait for Ctrl-C, and then end the pipes.

    for child in children {
        child.join()?;
    }
    say!("both have stopped");
    Ok(())
}

/// Counts until the pipe has ended.
fn count(pipe: PipeReader) -> Result<()> {
    // Before the child says this, it should be ready for Ctrl-C.
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
