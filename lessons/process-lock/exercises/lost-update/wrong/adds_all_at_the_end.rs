//! Works 20 times, and then adds 20 at once.

use std::fs;
use std::process::ExitCode;

use anyhow::Result;
use shared::process::{self, Lock, role};
use shared::{say, work};

fn main() -> ExitCode {
    shared::run("//! One balance, two processes.", lesson, &[role(earn)])
}

fn lesson() -> Result<()> {
    fs::write(BALANCE, "0")?;
    let [for_1, for_2] = process::lock()?;
    let first = process::start(earn, for_1)?;
    let second = process::start(earn, for_2)?;
    let outcome = first.join().and(second.join());
    let earned = fs::read_to_string(BALANCE)?;
    fs::remove_file(BALANCE)?;
    outcome?;
    say!("the balance is {earned}");
    Ok(())
}

/// The file that both processes change, in the folder in which the program runs.
const BALANCE: &str = "balance.txt";

fn earn(mut lock: Lock) -> Result<()> {
    for _ in 0..20 {
        let _guard = lock.lock()?;
        work(0.2);
    }
    let _guard = lock.lock()?;
    let before: u32 = fs::read_to_string(BALANCE)?.parse()?;
    fs::write(BALANCE, (before + 20).to_string())?;
    Ok(())
}
