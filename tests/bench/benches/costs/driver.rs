//! Runs the contenders, each in a process of its own, in rounds.

use std::env;
use std::panic::{self, AssertUnwindSafe};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail};

use crate::report;
use crate::works::{Entry, Run, Work};

/// A work and what came of it.
pub struct Measured {
    pub work: Work,
    /// For each entry, its samples in the order of the rounds.
    pub samples: Vec<Vec<f64>>,
}

const PYTHON: &str = "python3";

/// When a contender counts as hung. Some take a minute on a machine that is busy: they spin while they wait.
const DEADLINE: Duration = Duration::from_secs(600);

/// Does all works, one after another, and prints each as soon as it is done. A contender that fails, or
/// has a wrong result, is an error.
pub fn measure(works: Vec<Work>, rounds: usize, quick: bool) -> Result<Vec<Measured>> {
    let python = python_version().is_some();
    if !python {
        println!("{PYTHON} is not there: its rows are left out\n");
    }
    let mut all = Vec::new();
    for mut work in works {
        work.entries.retain(|entry| available(entry, python));
        let mut samples = vec![Vec::new(); work.entries.len()];
        for round in 0..rounds {
            for turn in 0..work.entries.len() {
                let n = (round + turn) % work.entries.len();
                samples[n].push(sample(&work, &work.entries[n], quick)?);
            }
        }
        let measured = Measured { work, samples };
        report::print_table(&measured);
        all.push(measured);
    }
    Ok(all)
}

fn available(entry: &Entry, python: bool) -> bool {
    match &entry.run {
        // Only Unix can fork.
        Run::Python(script) => python && (cfg!(unix) || !script.contains("fork")),
        Run::Here(_) => entry.id != "true" || Path::new("/bin/true").exists(),
    }
}

/// As Python says it; `None` if there is no Python.
pub fn python_version() -> Option<String> {
    let print = "import platform; print(platform.python_version())";
    let output = Command::new(PYTHON).args(["-c", print]).output().ok().filter(|o| o.status.success())?;
    Some(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Runs one contender once.
fn sample(work: &Work, entry: &Entry, quick: bool) -> Result<f64> {
    let name = format!("{}/{}", work.id, entry.id);
    let this_program = env::current_exe().context("this program")?;
    let drive = match &entry.run {
        Run::Here(_) => suite::program(this_program).args(&["--contender", &name]),
        Run::Python(script) => {
            let mut args: Vec<_> = script.split(' ').collect();
            let path = format!("{}/benches/python/{}", env!("CARGO_MANIFEST_DIR"), args.remove(0));
            suite::program(PYTHON).args(&[&path]).args(&args)
        }
    };
    let count = if quick { entry.count / 50 } else { entry.count };
    let drive = drive
        .env("BENCH_COUNT", &count.max(2).to_string())
        .env("BENCH_SIZE", &work.size.to_string())
        .unrecorded()
        .deadline(DEADLINE);
    // The suite panics, with the reason, when a run hangs or leaves something behind.
    let run = panic::catch_unwind(AssertUnwindSafe(|| drive.run()));
    let run = run.map_err(|_| anyhow!("{name} hangs, or left something behind"))?;
    let number = run.lines.last().and_then(|line| line.trim().parse().ok());
    match number {
        Some(number) if run.status.success() && f64::is_finite(number) && number > 0.0 => Ok(number),
        _ => bail!("{name}: {}\n{}\n{}", run.status, run.lines.join("\n"), run.errors.trim_end()),
    }
}
