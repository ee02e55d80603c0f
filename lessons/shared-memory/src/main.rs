//! Shared memory: two processes count in one array, and some counts are lost.
//!
//!     cargo run -p lesson-shared-memory
//!
//! Chapter: book/chapters/en/shared-memory.md
//! Try: take out the line with `counts.lock()`. What is the third count then?

use std::io::{self, PipeWriter};
use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::{env, fs};

use anyhow::{Result, ensure};
use shared::process::{self, Array, role};
use shared::{busy, run, say, wait, work};

const ROUNDS: u64 = 1_000_000;
const LOCKED_ROUNDS: u64 = 10_000;

// ANCHOR: lesson
fn main() -> ExitCode {
    run(include_str!("main.rs"), lesson, &[role(count), role(make)])
}

fn lesson() -> Result<()> {
    // Three numbers, all 0, and a handle for each of three processes.
    let [for_1, for_2, counts] = process::array(3)?;
    let first = process::start(count, for_1)?;
    let second = process::start(count, for_2)?;
    first.join()?;
    second.join()?;
    let [plain, atomic, locked] = [0, 1, 2].map(|place| counts[place].load(Relaxed));
    let (all, all_locked) = (2 * ROUNDS, 2 * LOCKED_ROUNDS);
    say!("load, then store: {plain} of {all}, {} are lost", all - plain);
    say!("fetch_add: {atomic} of {all}");
    say!("load, then store, under the lock: {locked} of {all_locked}");
    ensure!([atomic, locked] == [all, all_locked], "an update was lost");
    kill_a_maker()
}
// ANCHOR_END: lesson

// ANCHOR: count
fn count(mut counts: Array) -> Result<()> {
    say!("counts");
    busy("load, then store", || (0..ROUNDS).for_each(|_| add(&counts[0])));
    busy("fetch_add", || (0..ROUNDS).for_each(|_| _ = counts[1].fetch_add(1, Relaxed)));
    busy("under the lock", || {
        (0..LOCKED_ROUNDS).try_for_each(|_| {
            let counts = counts.lock()?; // until the end of this round
            add(&counts[2]);
            Ok(())
        })
    })
}

fn add(number: &AtomicU64) {
    let seen = number.load(Relaxed);
    // What another process stores between these two lines is lost.
    number.store(seen + 1, Relaxed);
}
// ANCHOR_END: count

// ANCHOR: kill
fn kill_a_maker() -> Result<()> {
    let (made, tell) = io::pipe()?;
    let mut maker = process::start(make, tell)?;
    wait("until the pipe ends", || io::read_to_string(made))?;
    work(0.5);
    maker.kill()?;
    maker.wait()?;
    // Where such a file has a name, the name says who has made it.
    let mark = format!("-{}-", maker.pid());
    let folders = [env::temp_dir(), "/dev/shm".into()];
    let files = folders.iter().flat_map(fs::read_dir).flatten().flatten();
    let names = files.map(|file| file.file_name());
    let left = names.filter(|name| name.to_string_lossy().contains(&mark)).count();
    say!("make was killed, and {left} files are left of its memory");
    ensure!(left == 0, "shared memory was left behind");
    Ok(())
}

fn make(tell: PipeWriter) -> Result<()> {
    let [mine] = process::array(1_000_000)?;
    say!("has an array of {} numbers", mine.len());
    drop(tell); // and so the pipe ends
    loop {
        work(60.0);
    }
}
// ANCHOR_END: kill
