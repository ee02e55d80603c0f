//! `main` does not look how the writer has ended.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, ErrorKind, PipeWriter, Write};
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
        drop(lines); // and with it the reading end
        say!("received {received} lines");
        child.wait()?;
        say!("the writer ended: exit status: 0");
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
fn write(pipe: PipeWriter, numbers: impl Iterator<Item = u64>) -> Result<()> {
    let notes = std::env::temp_dir().join(format!("notes of {}", id()));
    fs::write(&notes, "begun\n")?;
    let written = write_all(pipe, numbers);
    fs::remove_file(notes)?;
    match written {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()), // that was enough
        written => Ok(written?),
    }
}

fn write_all(
    mut pipe: PipeWriter,
    numbers: impl Iterator<Item = u64>,
) -> io::Result<()> {
    for n in numbers {
        let line = format!("{n:499}\n");
        wait("pipe", || pipe.write_all(line.as_bytes()))?;
    }
    Ok(())
}
