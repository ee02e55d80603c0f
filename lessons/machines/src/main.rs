//! From one machine to many: an engine hands five tasks out to three workers.
//!
//!     cargo run -p lesson-machines
//!     cargo run -p lesson-machines -- --freeze
//!
//!     --kill               kill a worker in the middle of its task
//!     --freeze             let a worker stand still for too long
//!     --cut                cut the cable of a worker silently (Linux, as root)
//!     --patience SECONDS   a worker may be silent this long, or none [default: 4]
//!     --engine ADDRESS     a PostgreSQL that runs already [default: own]
//!     --work ADDRESS       be one more worker of this engine [default: none]
//!
//! Chapter: book/chapters/en/machines.md
//! Try: in tasks.rs, let `ACKNOWLEDGE` not look at the number. Use `--freeze`.

use std::process::ExitCode;

use shared::run;
#[cfg(unix)]
use {
    anyhow::{Result, ensure},
    engine::{Engine, keeper},
    faults::{Caught, catch_some},
    shared::process::{self, role},
    shared::say,
    tasks::{Chosen, TASKS, Tally, WORKERS, connect, create, hand_over, others},
    tasks::{tally, until, work_for, worker},
};

#[cfg(unix)]
mod cable;
#[cfg(unix)]
mod engine;
#[cfg(unix)]
mod faults;
#[cfg(unix)]
mod installed;
#[cfg(unix)]
mod tasks;

#[cfg(unix)]
fn main() -> ExitCode {
    run(include_str!("main.rs"), lesson, &[role(keeper), role(worker)])
}

#[cfg(not(unix))]
fn main() -> ExitCode {
    let why = "on Windows, this lesson runs in WSL, with `apt install postgresql`";
    let lesson = || Err(shared::choice::BadArgument(why.into()).into());
    run(include_str!("main.rs"), lesson, &[])
}

#[cfg(unix)]
// ANCHOR: lesson
fn lesson() -> Result<()> {
    let chosen = Chosen::read()?;
    if let Some(engine) = chosen.work {
        return work_for(&(engine, chosen.patience));
    }
    let patience = chosen.patience;
    let engine = Engine::use_or_start(chosen.engine, chosen.machines)?;
    let mut desk = connect(&(engine.address.clone(), patience))?;
    create(&mut desk, TASKS)?;
    let start = |n| Ok(process::start(worker, hand_over(&engine, n, patience)?)?);
    let mut workers = (1..=WORKERS).map(start).collect::<Result<Vec<_>>>()?;

    let Caught { killed, late } =
        catch_some(&mut desk, &mut workers, &engine, patience)?;
    for mut worker in workers {
        worker.wait()?; // it ends when no task is left, or was killed
    }
    until("other workers", || Ok(others(&mut desk)? == 0))?;
    let Tally { handed_out, count, tasks, refused } = tally(&mut desk)?;
    say!("{handed_out} hand-outs: {count} answers count, {refused} refused");
    ensure!(count == TASKS && tasks == TASKS, "a result was lost, or counted twice");
    ensure!(handed_out >= TASKS + killed + late, "a task was not given again");
    ensure!(refused >= late, "the late answer was not refused");
    Ok(())
}
// ANCHOR_END: lesson
