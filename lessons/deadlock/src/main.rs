//! A deadlock: two threads take two locks in opposite order, and wait for ever.
//!
//!     cargo run -p lesson-deadlock
//!     cargo run -p lesson-deadlock -- --order same
//!
//!     --order WHICH    how Bob takes pen and paper [default: opposite; try: same]
//!
//! Chapter: book/chapters/en/deadlock.md
//! Try: take out each `work(1.0)` before a second lock. Who is stuck now?

use std::process::ExitCode;
use std::thread::{self, JoinHandle};

use anyhow::{Result, ensure};
use parking_lot::{Mutex, deadlock};
use shared::choice::{self, BadArgument};
use shared::{busy, run, say, wait, work};

// ANCHOR: locks
static PEN: Mutex<&str> = Mutex::new("a blue pen");
static PAPER: Mutex<&str> = Mutex::new("white paper");
// ANCHOR_END: locks

fn main() -> ExitCode {
    run(include_str!("main.rs"), lesson, &[])
}

// ANCHOR: lesson
fn lesson() -> Result<()> {
    let order = choice::value::<String>("--order")?;
    let bobs = match &*order {
        "opposite" => paper_first,
        "same" => pen_first,
        other => return Err(BadArgument(format!("no such --order: {other}")).into()),
    };
    let named = |name: &str| thread::Builder::new().name(name.into());
    let threads = [named("Ann").spawn(pen_first)?, named("Bob").spawn(bobs)?];

    let stuck = watch(&threads);
    if !stuck.is_empty() {
        say!("a deadlock: {} are stuck", stuck.join(" and "));
        ensure!(order == "opposite" && stuck.len() == 2, "such a deadlock can't be");
        return Ok(()); // without a join, which would wait for ever
    }
    for thread in threads {
        thread.join().expect("it does not panic");
    }
    say!("both are done");
    Ok(())
}
// ANCHOR_END: lesson

// ANCHOR: threads
fn pen_first() {
    let pen = wait("pen", || PEN.lock());
    say!("has the pen, wants the paper");
    work(1.0);
    let paper = wait("paper", || PAPER.lock());
    say!("writes with {pen} on {paper}");
    work(1.0);
} // both guards end here, and free their locks

fn paper_first() {
    let paper = wait("paper", || PAPER.lock());
    say!("has the paper, wants the pen");
    work(1.0);
    let pen = wait("pen", || PEN.lock());
    say!("writes with {pen} on {paper}");
    work(1.0);
}
// ANCHOR_END: threads

// ANCHOR: watch
/// Looks now and then, until the detector finds who is stuck, or all are done.
fn watch(threads: &[JoinHandle<()>]) -> Vec<&str> {
    let mut stuck = Vec::new();
    while stuck.is_empty() && !threads.iter().all(JoinHandle::is_finished) {
        work(1.5);
        for one in busy("looks", deadlock::check_deadlock).iter().flatten() {
            let mut threads = threads.iter().map(JoinHandle::thread);
            let found = threads.find(|thread| thread.id() == one.thread_id());
            stuck.extend(found.and_then(|thread| thread.name()));
        }
    }
    stuck.sort();
    stuck
}
// ANCHOR_END: watch
