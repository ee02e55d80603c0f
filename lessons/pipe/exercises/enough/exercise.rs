//! `main` reads some lines, and has enough.
//!
//! The writer doesn't know how many lines `main` wants. It would write for ever, and
//! `main` waits for its end. Let the writer end by itself when nobody reads any more, and
//! delete its notes.
//!
//!     cargo exercise check pipe/enough

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, PipeWriter, Write};
use std::os::fd::OwnedFd;
use std::process::{ExitCode, id};

use anyhow::Result;
use shared::process::{self, Process, role};
use shared::{choice, say, wait};

fn main() -> ExitCode {
    let source = "//! --rounds N       how often `main` starts a writer [default: 1]\n\
                  //! --wants N        how many lines `main` wants of each [default: 3]\n\
                  //! --writer NAME    endless, brief or full [default: endless]";
    shared::run(source, lesson, &[role(endless), role(brief)])
}

fn lesson() -> Result<()> {
    let rounds: usize = choice::value("--rounds")?;
    let wants: usize = choice::value("--wants")?;
    for _ in 0..rounds {
        let (reader, writer) = io::pipe()?;
        let mut child = start(writer)?;
        let mut lines = BufReader::new(reader).lines();
        let mut received = 0;
        while received < wants {
            let Some(line) = wait("pipe", || lines.next()) else { break };
            line?;
            received += 1;
        }
        say!("received {received} lines");
        say!("the writer ended: {}", child.wait()?);
    }
    Ok(())
}

fn start(writer: PipeWriter) -> Result<Process> {
    Ok(match choice::value::<String>("--writer")?.as_str() {
        "brief" => process::start(brief, writer)?,
        "full" => process::start(endless, full_disk()?)?,
        _ => process::start(endless, writer)?,
    })
}

/// What no line can be written to, as to a full disk.
fn full_disk() -> Result<PipeWriter> {
    let full = File::options().write(true).open("/dev/full")?;
    Ok(PipeWriter::from(OwnedFd::from(full)))
}

fn endless(pipe: PipeWriter) -> Result<()> {
    write(pipe, 1..)
}

fn brief(pipe: PipeWriter) -> Result<()> {
    write(pipe, 1..=2)
}

/// Writes long lines, and keeps notes in a file meanwhile.
fn write(mut pipe: PipeWriter, numbers: impl Iterator<Item = u64>) -> Result<()> {
    let notes = std::env::temp_dir().join(format!("notes of {}", id()));
    fs::write(&notes, "begun\n")?;
    for n in numbers {
        let line = format!("{n:499}\n");
        wait("pipe", || pipe.write_all(line.as_bytes()))?;
    }
    fs::remove_file(notes)?;
    Ok(())
}
