//! A race: two threads change one balance at the same time, and updates are lost.
//!
//!     cargo run -p lesson-race
//!
//!     --rounds N    changes that each makes [default: 1000000; try: 1, 10]
//!
//! Chapter: book/chapters/en/race.md
//! Try: `balance.fetch_add(amount, Relaxed);` in place of load and store.

use std::process::ExitCode;
use std::sync::atomic::AtomicI64;
use std::sync::atomic::Ordering::Relaxed;
use std::thread;

use anyhow::{Result, ensure};
use shared::{busy, choice, run, say, wait};

fn main() -> ExitCode {
    run(include_str!("main.rs"), lesson, &[])
}

// ANCHOR: lesson
fn lesson() -> Result<()> {
    let rounds = choice::value("--rounds")?;
    let balance = AtomicI64::new(0);
    thread::scope(|threads| -> Result<()> {
        let named = |name: &str| thread::Builder::new().name(name.into());
        let earn =
            named("earn").spawn_scoped(threads, || change(&balance, 1, rounds))?;
        let spend =
            named("spend").spawn_scoped(threads, || change(&balance, -1, rounds))?;
        wait("join earn", || earn.join()).expect("it does not panic");
        wait("join spend", || spend.join()).expect("it does not panic");
        Ok(())
    })?;

    let balance = balance.into_inner();
    say!("{rounds} times +1 and -1: the balance is {balance}");
    // Each lost update moves the end by one, so this many are lost at the least.
    match balance.abs() {
        0 => say!("no loss shows in this run, which proves nothing"),
        lost => say!("at least {lost} updates are lost"),
    }
    ensure!(balance.abs() <= rounds.into(), "no order of the steps leads to {balance}");
    Ok(())
}
// ANCHOR_END: lesson

// ANCHOR: change
fn change(balance: &AtomicI64, amount: i64, rounds: u32) {
    say!("changes the balance by {amount}, {rounds} times");
    busy("changes the balance", || {
        for _ in 0..rounds {
            let seen = balance.load(Relaxed);
            // Whatever the other thread stores between these two lines is lost.
            balance.store(seen + amount, Relaxed);
        }
    });
    say!("is done");
}
// ANCHOR_END: change
