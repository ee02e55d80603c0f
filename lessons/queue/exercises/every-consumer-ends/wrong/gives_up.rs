//! `main` looks at each child a few times, and then leaves it.

use std::env;
use std::process::ExitCode;
use std::thread;
use std::time::Duration;

use anyhow::Result;
use shared::process::{self, Receiver, Sender, role};
use shared::{say, work};

fn main() -> ExitCode {
    let roles = [role(produce), role(consume)];
    shared::run("//! Two producers, three consumers.", lesson, &roles)
}

fn lesson() -> Result<()> {
    let (to, from) = process::queue(5)?;
    let mut children = Vec::new();
    for _ in 0..2 {
        children.push(process::start(produce, to.clone())?);
    }
    drop(to);
    for _ in 0..3 {
        children.push(process::start(consume, from.clone())?);
    }

    for mut child in children {
        for _ in 0..40 {
            if child.try_wait()?.is_some() {
                break;
            }
            thread::sleep(Duration::from_millis(100));
        }
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
