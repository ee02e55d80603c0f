//! Frees the lock after its first round, and holds it over all others.

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
    {
        let _guard = lock.lock()?;
        let before: u32 = fs::read_to_string(BALANCE)?.parse()?;
        work(0.2);
        fs::write(BALANCE, (before + 1).to_string())?;
    }
    let _guard = lock.lock()?;
    for _ in 1..20 {
        let before: u32 = fs::read_to_string(BALANCE)?.parse()?;
        work(0.2);
        fs::write(BALANCE, (before + 1).to_string())?;
    }
    Ok(())
}
