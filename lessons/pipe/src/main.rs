//! A pipe between two processes: bytes go in at one end and come out at the other.
//!
//!     cargo run -p lesson-pipe
//!
//! Chapter: book/chapters/en/pipe.md
//! Try: hand over `writer.try_clone()?` and keep the writer. Why does the reader
//! never end? (Ctrl-C ends it.)

use std::io::{self, BufRead, BufReader, PipeReader, PipeWriter, Write};
use std::process::ExitCode;

use anyhow::{Result, ensure};
use shared::process::{self, role};
use shared::{run, say, stage, wait, work};

const LETTERS: [&str; 3] = ["A", "B", "C"];

// ANCHOR: main
fn main() -> ExitCode {
    run(include_str!("main.rs"), lesson, &[role(put), role(get)])
}
// ANCHOR_END: main

// ANCHOR: lesson
fn lesson() -> Result<()> {
    let (reader, writer) = io::pipe()?;
    let put = process::start(put, writer)?; // and closes this process's copy
    let get = process::start(get, reader)?;
    put.join()?;
    get.join()?; // ends by itself: no end is left to write to
    say!("both have ended");
    Ok(())
}
// ANCHOR_END: lesson

// ANCHOR: put
fn put(mut pipe: PipeWriter) -> Result<()> {
    for letter in LETTERS {
        say!("sends {letter}");
        stage::sends(letter);
        // A pipe knows no messages, only bytes: the line break says where one ends.
        pipe.write_all(format!("{letter}\n").as_bytes())?;
        work(1.0);
    }
    Ok(())
}
// ANCHOR_END: put

// ANCHOR: get
fn get(pipe: PipeReader) -> Result<()> {
    let mut received = Vec::new();
    let mut lines = BufReader::new(pipe).lines();
    while let Some(letter) = wait("pipe", || lines.next()).transpose()? {
        stage::receives(&letter);
        say!("received {letter}");
        received.push(letter);
    }
    say!("the pipe has ended");
    ensure!(received == LETTERS, "received {received:?} instead of {LETTERS:?}");
    Ok(())
}
// ANCHOR_END: get
