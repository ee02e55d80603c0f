//! It reads a thousand lines at most.

use std::io::{self, BufRead, BufReader, PipeWriter, Write};
use std::process::{ExitCode, abort};

use anyhow::Result;
use shared::process::{self, role};
use shared::{choice, say, wait};

fn main() -> ExitCode {
    let source = "//! --crash    the second writer crashes after its first line";
    shared::run(source, lesson, &[role(write), role(crash)])
}

fn lesson() -> Result<()> {
    let (reader, writer) = io::pipe()?;
    let mut first = process::start(write, writer.try_clone()?)?;
    let mut second = if choice::flag("--crash") {
        process::start(crash, writer)?
    } else {
        process::start(write, writer)?
    };

    let mut lines = BufReader::new(reader).lines().take(1000);
    let mut received = 0;
    while let Some(line) = wait("pipe", || lines.next()) {
        line?;
        received += 1;
    }
    say!("received {received} lines");
    say!("the writers ended: {}, {}", first.wait()?, second.wait()?);
    Ok(())
}

/// Writes 150 long lines: more than a pipe holds.
fn write(mut pipe: PipeWriter) -> Result<()> {
    for n in 1..=150 {
        let line = format!("{n:499}\n");
        wait("pipe", || pipe.write_all(line.as_bytes()))?;
    }
    Ok(())
}

fn crash(mut pipe: PipeWriter) -> Result<()> {
    pipe.write_all(b"the first line\n")?;
    abort()
}
