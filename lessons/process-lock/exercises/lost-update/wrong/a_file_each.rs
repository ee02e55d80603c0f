//! Each process adds to a file of its own, and `main` adds the two up.

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
    let mut earned = 0u32;
    for f in fs::read_dir(".")? {
        let f = f?.path();
        earned += fs::read_to_string(&f)?.parse::<u32>()?;
        if !f.ends_with(BALANCE) {
            fs::remove_file(f)?;
        }
    }
    fs::remove_file(BALANCE)?;
    outcome?;
    say!("the balance is {earned}");
    Ok(())
}

/// The file that both processes change, in the folder in which the program runs.
const BALANCE: &str = "balance.txt";

fn earn(_lock: Lock) -> Result<()> {
    let own = format!("{}.txt", std::process::id());
    fs::write(&own, "0")?;
    for _ in 0..20 {
        let before: u32 = fs::read_to_string(&own)?.parse()?;
        work(0.2);
        fs::write(&own, (before + 1).to_string())?;
    }
    Ok(())
}
