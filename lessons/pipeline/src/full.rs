//! A megabyte goes to another process and comes back: first all is written and then read, then both at once.

use std::io::{self, PipeReader, PipeWriter, Write};
use std::thread;

use anyhow::{Result, bail, ensure};
use shared::process::{self, Process};
use shared::{say, stage, wait};

const MEGABYTE: usize = 1 << 20;

pub fn there_and_back() -> Result<()> {
    one_after_the_other()?;
    side_by_side()
}

// ANCHOR: write_first
/// It would wait for ever, so a second thread kills the other process after a second.
fn one_after_the_other() -> Result<()> {
    let (to_copy, from_copy, mut copy) = start_copy()?;
    let limit = stage::seconds(1.0)?;
    let killer = thread::Builder::new().name("killer".into()).spawn(move || {
        thread::sleep(limit);
        say!("kills copy");
        copy.kill()?;
        copy.wait()
    })?;
    say!("writes a megabyte, and then reads");
    let outcome = wait("pipe", || write_then_read(to_copy, from_copy));
    killer.join().expect("it does not panic")?;
    let Err(error) = outcome else { bail!("the pipes have held it all") };
    say!("has not written all: {error}");
    ensure!(error.kind() == io::ErrorKind::BrokenPipe);
    Ok(())
}

fn write_then_read(
    mut to_copy: PipeWriter,
    mut from_copy: PipeReader,
) -> io::Result<u64> {
    to_copy.write_all(&[b'x'; MEGABYTE])?;
    drop(to_copy); // and `copy` reads the end
    io::copy(&mut from_copy, &mut io::sink())
}
// ANCHOR_END: write_first

// ANCHOR: side_by_side
fn side_by_side() -> Result<()> {
    let (mut to_copy, mut from_copy, copy) = start_copy()?;
    say!("lets a second thread write, and reads");
    let writer = thread::Builder::new()
        .name("writer".into())
        .spawn(move || wait("pipe", || to_copy.write_all(&[b'x'; MEGABYTE])))?; // and drops its end
    let bytes = wait("pipe", || io::copy(&mut from_copy, &mut io::sink()))?;
    writer.join().expect("it does not panic")?;
    copy.join()?;
    say!("has read {bytes} bytes, and the end");
    ensure!(bytes == MEGABYTE as u64);
    Ok(())
}
// ANCHOR_END: side_by_side

// ANCHOR: copy
fn start_copy() -> Result<(PipeWriter, PipeReader, Process)> {
    let (copy_reads, to_copy) = io::pipe()?;
    let (from_copy, copy_writes) = io::pipe()?;
    let copy = process::start_with(copy, |command| {
        command.stdin(copy_reads).stdout(copy_writes)
    })?;
    Ok((to_copy, from_copy, copy))
}

/// Writes what it reads, as `cat` does.
pub fn copy() -> Result<()> {
    wait("pipe", || io::copy(&mut io::stdin(), &mut io::stdout()))?;
    io::stdout().flush()?;
    Ok(())
}
// ANCHOR_END: copy
