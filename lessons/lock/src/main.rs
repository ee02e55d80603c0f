//! A lock: the same two threads and the same balance, and no update is lost.
//!
//!     cargo run -p lesson-lock
//!
//!     --rounds N    changes that each makes [default: 1000000; try: 1, 10]
//!
//! Chapter: book/chapters/en/lock.md
//! Try: take the lock once, before the loop, in a `wait("lock", || …)`. Who waits?

use std::process::ExitCode;
use std::thread;

use anyhow::{Result, ensure};
use parking_lot::Mutex;
use shared::{busy, choice, run, say, wait};

fn main() -> ExitCode {
    run(include_str!("main.rs"), lesson, &[])
}

// ANCHOR: lesson
fn lesson() -> Result<()> {
    let rounds = choice::value("--rounds")?;
    let balance = Mutex::new(0); // the lock owns what it guards
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
    ensure!(balance == 0, "an update is lost");
    Ok(())
}
// ANCHOR_END: lesson

// ANCHOR: change
fn change(balance: &Mutex<i64>, amount: i64, rounds: u32) {
    say!("changes the balance by {amount}, {rounds} times");
    busy("changes the balance", || {
        for _ in 0..rounds {
            let mut balance = balance.lock(); // blocks while the other thread holds it
            *balance += amount;
        } // the guard ends here, and frees the lock
    });
    say!("is done");
}
// ANCHOR_END: change
