//! The processes of the pipeline. The first one writes numbers to its standard output. Each other one reads numbers
//! from its standard input. None of them knows which process is before or after it.

use std::io::{self, Write};

use anyhow::{Result, bail};
use shared::{say, stage, wait, work};

// ANCHOR: filters
pub fn count() -> Result<()> {
    for n in 1..=3 {
        write("number", n)?;
        work(1.0);
    }
    Ok(())
}

pub fn square() -> Result<()> {
    while let Some(n) = read("number")? {
        write("square", n * n)?;
    }
    Ok(())
}

pub fn sum() -> Result<()> {
    let mut sum = 0;
    while let Some(n) = read("square")? {
        sum += n;
    }
    write("sum", sum)
}
// ANCHOR_END: filters

// ANCHOR: lines
/// Writes one line to standard output. With `println!`, an error would be a panic.
fn write(what: &str, n: u64) -> Result<()> {
    say!("writes {n}");
    stage::sends(format!("{what} {n}"));
    writeln!(io::stdout(), "{n}")?;
    Ok(())
}

/// Reads one line from standard input; `None` at its end.
fn read(what: &str) -> Result<Option<u64>> {
    let Some(line) = wait("pipe", || io::stdin().lines().next()).transpose()? else {
        return Ok(None);
    };
    stage::receives(format!("{what} {line}"));
    Ok(Some(line.parse()?))
}
// ANCHOR_END: lines

// ANCHOR: count_on
pub fn count_on() -> Result<()> {
    for n in 1.. {
        write("number", n)?;
        work(1.0);
    }
    Ok(())
}
// ANCHOR_END: count_on

// ANCHOR: first
pub fn first() -> Result<()> {
    if let Some(n) = read("square")? {
        write("first", n)?;
    }
    Ok(())
}
// ANCHOR_END: first

// ANCHOR: fail
pub fn fail() -> Result<()> {
    write("number", 1)?;
    work(1.0);
    bail!("there are no more numbers")
}
// ANCHOR_END: fail
