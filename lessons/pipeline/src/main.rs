//! A pipeline, `count | square | sum`: three processes, and a pipe after each.
//!
//!     cargo run -p lesson-pipeline
//!     cargo run -p lesson-pipeline -- --case early
//!
//!     --case WHICH    another case [default: usual; try: early, fail, full]
//!         early: count without end; the last process takes one line, and ends
//!         fail: the first process fails after one line
//!         full: a megabyte there and back; two pipes are full, and both sides wait
//!
//! Chapter: book/chapters/en/pipeline.md
//! Try: write with `println!` in filters.rs. How does `--case early` end then?

use std::io::{self, read_to_string};
use std::process::ExitCode;

use anyhow::{Result, ensure};
use shared::choice::{self, BadArgument};
use shared::process::{self, RoleFn, role};
use shared::{run, say, wait};

mod filters;
mod full;

use filters::{count, count_on, fail, first, square, sum};
use full::copy;

fn main() -> ExitCode {
    let roles = [
        role(count),
        role(count_on),
        role(fail),
        role(square),
        role(sum),
        role(first),
        role(copy),
    ];
    run(include_str!("main.rs"), lesson, &roles)
}

// ANCHOR: lesson
fn lesson() -> Result<()> {
    match &*choice::value::<String>("--case")? {
        "usual" => {
            ensure!(pipeline(count, square, sum)? == ("14".into(), [true, true, true]))
        }
        "early" => ensure!(
            pipeline(count_on, square, first)? == ("1".into(), [false, false, true])
        ),
        "fail" => {
            ensure!(pipeline(fail, square, sum)? == ("1".into(), [false, true, true]))
        }
        "full" => full::there_and_back()?,
        other => return Err(BadArgument(format!("no such --case: {other}")).into()),
    }
    Ok(())
}
// ANCHOR_END: lesson

// ANCHOR: pipeline
/// Runs `a | b | c`. Returns what the last one has written, and which of the three ended well.
fn pipeline(
    a: impl RoleFn<()>,
    b: impl RoleFn<()>,
    c: impl RoleFn<()>,
) -> Result<(String, [bool; 3])> {
    let (b_reads, a_writes) = io::pipe()?;
    let (c_reads, b_writes) = io::pipe()?;
    let (main_reads, c_writes) = io::pipe()?;
    let mut a = process::start_with(a, |command| command.stdout(a_writes))?;
    let mut b =
        process::start_with(b, |command| command.stdin(b_reads).stdout(b_writes))?;
    let mut c =
        process::start_with(c, |command| command.stdin(c_reads).stdout(c_writes))?;
    say!("has started three processes");

    let answer = wait("pipe", || read_to_string(main_reads))?.trim().to_owned();
    say!("reads {answer}, and the end");
    let statuses = [a.wait()?, b.wait()?, c.wait()?];
    for (which, status) in ["first", "second", "third"].iter().zip(statuses) {
        say!("the {which} has ended: {status}");
    }
    Ok((answer, statuses.map(|status| status.success())))
}
// ANCHOR_END: pipeline
