//! A queue between processes: one process puts letters on it, another takes them.
//!
//!     cargo run -p lesson-queue
//!     cargo run -p lesson-queue -- --kill
//!
//!     --kill    kill another reader first, while it waits for a letter
//!
//! Chapter: book/chapters/en/queue.md
//! Try: let `put` work before it sends. Where does `get` wait then?

use std::process::ExitCode;

use anyhow::{Result, ensure};
use shared::process::{self, Receiver, Sender, role};
use shared::{choice, run, say, work};

const LETTERS: [char; 3] = ['A', 'B', 'C'];

// ANCHOR: main
fn main() -> ExitCode {
    // This program is both processes: a child starts here too, and goes to its role.
    run(include_str!("main.rs"), lesson, &[role(put), role(get)])
}
// ANCHOR_END: main

// ANCHOR: lesson
fn lesson() -> Result<()> {
    let (to, from) = process::queue(10)?;
    if choice::flag("--kill") {
        kill_a_reader(from.clone())?;
    }
    let writer = process::start(put, to)?;
    let reader = process::start(get, from)?;
    writer.join()?;
    reader.join()?; // ends by itself: no sender is left
    say!("both have ended");
    Ok(())
}
// ANCHOR_END: lesson

// ANCHOR: kill
fn kill_a_reader(letters: Receiver<char>) -> Result<()> {
    let mut reader = process::start(get, letters)?;
    work(0.5);
    say!("kills a reader that waits for a letter");
    reader.kill()?;
    ensure!(!reader.wait()?.success(), "a killed process does not end well");
    Ok(())
}
// ANCHOR_END: kill

// ANCHOR: put
fn put(letters: Sender<char>) -> Result<()> {
    for letter in LETTERS {
        say!("sends {letter}");
        letters.send(&letter)?;
        work(1.0);
    }
    Ok(())
}
// ANCHOR_END: put

// ANCHOR: get
fn get(letters: Receiver<char>) -> Result<()> {
    let mut received = Vec::new();
    for letter in letters {
        let letter = letter?;
        say!("received {letter}");
        received.push(letter);
    }
    say!("the queue has ended");
    ensure!(received == LETTERS, "received {received:?} instead of {LETTERS:?}");
    Ok(())
}
// ANCHOR_END: get
