//! `main` waits for the consumers, and leaves the producers to themselves.

use std::env;
use std::process::ExitCode;

use anyhow::Result;
use shared::process::{self, Receiver, Sender, role};
use shared::{say, work};

fn main() -> ExitCode {
    let roles = [role(produce), role(consume)];
    shared::run("//! Two producers, three consumers.", lesson, &roles)
}

fn lesson() -> Result<()> {
    let (to, from) = process::queue(5)?;
    let mut producers = Vec::new();
    let mut children = Vec::new();
    for _ in 0..2 {
        producers.push(process::start(produce, to.clone())?);
    }
    drop(to);
    for _ in 0..3 {
        children.push(process::start(consume, from.clone())?);
    }
    for child in children {
        child.join()?;
    }
    say!("all have ended");
    Ok(())
}

fn produce(numbers: Sender<u32>) -> Result<()> {
    for n in 1..=how_many() {
        say!("sends {n}");
        numbers.send(&n)?;
    }
    Ok(())
}

/// Ten, or as many as `NUMBERS` says: the check asks for more.
fn how_many() -> u32 {
    env::var("NUMBERS").ok().and_then(|number| number.parse().ok()).unwrap_or(10)
}

fn consume(numbers: Receiver<u32>) -> Result<()> {
    for n in numbers {
        say!("received {}", n?);
        work(0.1);
    }
    say!("has seen the end");
    Ok(())
}
