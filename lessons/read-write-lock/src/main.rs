//! A read-write lock: readers side by side, a writer alone, and who waits for whom.
//!
//!     cargo run -p lesson-read-write-lock
//!
//!     --rounds N    times that Ann and Bob read [default: 3; try: 1]
//!     --twice       while Ann reads, she asks to read once more
//!
//! Chapter: book/chapters/en/read-write-lock.md
//! Try: `use parking_lot::RecursiveRwLock as RwLock;`. When is Tim's turn?

use std::process::ExitCode;
use std::thread;

use anyhow::{Result, ensure};
use parking_lot::RwLock;
use shared::{choice, run, say, stage, wait, work};

fn main() -> ExitCode {
    run(include_str!("main.rs"), lesson, &[])
}

// ANCHOR: lesson
type Train = (u32, u32); // when it leaves, and from which platform
const OLD: Train = (10, 1);
const NEW: Train = (11, 2);

fn lesson() -> Result<()> {
    let rounds = choice::value("--rounds")?;
    let twice = choice::flag("--twice");
    let board = RwLock::new(OLD);
    let old = thread::scope(|threads| -> Result<u32> {
        let named = |name: &str| thread::Builder::new().name(name.into());
        let ann =
            named("Ann").spawn_scoped(threads, || read(&board, rounds, 0.0, twice))?;
        let bob =
            named("Bob").spawn_scoped(threads, || read(&board, rounds, 0.5, false))?;
        let tim = named("Tim").spawn_scoped(threads, || write(&board))?;
        let ann = wait("join Ann", || ann.join()).expect("it does not panic")?;
        let bob = wait("join Bob", || bob.join()).expect("it does not panic")?;
        wait("join Tim", || tim.join()).expect("it does not panic");
        Ok(ann + bob)
    })?;
    say!("{old} of {} readings came before the change", 2 * rounds);
    ensure!(board.into_inner() == NEW, "the change is lost");
    Ok(())
}
// ANCHOR_END: lesson

// ANCHOR: read
fn read(board: &RwLock<Train>, rounds: u32, begin: f64, twice: bool) -> Result<u32> {
    let mut old = 0;
    work(begin);
    for _ in 0..rounds {
        let train = wait("to read", || board.read()); // while a writer is in, or waits
        let hour = train.0;
        work(1.0);
        if twice {
            read_again(board)?;
        }
        say!("reads: {hour}:00, platform {}", train.1);
        ensure!([OLD, NEW].contains(&(hour, train.1)), "half of a change is seen");
        old += u32::from(*train == OLD);
        drop(train);
        work(0.25);
    }
    Ok(old)
}
// ANCHOR_END: read

// ANCHOR: again
fn read_again(board: &RwLock<Train>) -> Result<()> {
    let limit = stage::seconds(2.0)?;
    match wait("to read again", || board.try_read_for(limit)) {
        Some(train) => say!("reads again: {}:00", train.0),
        None => say!("gives up: Tim waits for Ann, and Ann waits for Tim"),
    }
    Ok(())
}
// ANCHOR_END: again

// ANCHOR: write
fn write(board: &RwLock<Train>) {
    work(0.75);
    let mut train = wait("to write", || board.write()); // while anybody is in
    train.0 = NEW.0;
    work(1.0);
    train.1 = NEW.1;
    say!("writes: {}:00, platform {}", train.0, train.1);
}
// ANCHOR_END: write
