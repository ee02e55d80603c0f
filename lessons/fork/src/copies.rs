//! Three copies: of the memory, of an open end, and of a buffer.

use std::io::{BufWriter, Write, pipe, read_to_string};

use anyhow::{Result, ensure};
use shared::{say, wait, work};

use crate::copied::{fork, pages};

const HALF: usize = 32 << 20; // 32 MiB

// ANCHOR: memory
/// The copy has the same bytes. Each page of memory is copied when somebody writes to it.
pub fn memory() -> Result<()> {
    let mut bytes = vec![1_u8; 2 * HALF];
    pages("before the fork")?;
    let copy = fork(|| {
        let Ok(before) = pages("after it") else { return false };
        bytes[..HALF].fill(2);
        let Ok(after) = pages("has filled half with 2") else {
            return false;
        };
        bytes[2 * HALF - 1] == 1 && (after >= before + 32 || !cfg!(target_os = "linux"))
    })?;
    copy.wait()?;
    say!("still has {}", bytes[0]);
    ensure!(bytes[0] == 1, "the copy has changed it here, too");
    Ok(())
}
// ANCHOR_END: memory

// ANCHOR: open_end
/// The copy has every open file and every open end.
pub fn open_end() -> Result<()> {
    let (reader, writer) = pipe()?;
    let copy = fork(|| {
        work(1.0);
        say!("ends, and never knew of the pipe");
        true
    })?;
    drop(writer);
    say!("has closed the writing end");
    wait("pipe", || read_to_string(reader))?;
    say!("reads the end of the pipe");
    copy.wait()
}
// ANCHOR_END: open_end

// ANCHOR: line
/// The copy has what is in a buffer and not yet written.
pub fn line() -> Result<()> {
    let (reader, writer) = pipe()?;
    let mut order = BufWriter::new(writer);
    order.write_all(b"a cup of tea\n")?; // into the buffer only
    fork(|| order.flush().is_ok())?.wait()?;
    drop(order); // flushes the buffer, too
    let orders = read_to_string(reader)?;
    say!("orders {}", orders.lines().collect::<Vec<_>>().join(", "));
    ensure!(orders.lines().count() == 2, "it was written once");
    Ok(())
}
// ANCHOR_END: line
