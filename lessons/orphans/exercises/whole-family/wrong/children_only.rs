//! Kills the children of the job, and knows of no others.

use std::io::{PipeReader, Read, pipe};
use std::process::{Command, ExitCode, exit};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Result;
use shared::process::{self, Process, look, role};
use shared::{choice, say, stage, work};

fn main() -> ExitCode {
    let source = "//! --job NAME    endless, brief or alone [default: endless]\n\
                  //! --limit N    seconds that it may take [default: 1]";
    let roles = [role(endless), role(brief), role(alone), role(helper), role(last)];
    shared::run(source, lesson, &roles)
}

fn lesson() -> Result<()> {
    let (life, _keep) = pipe()?; // when this program ends, so do all the others
    let limit = stage::seconds(choice::value("--limit")?)?;
    let mut job = match choice::value::<String>("--job")?.as_str() {
        "brief" => process::start_untied(brief, life, set)?,
        "alone" => process::start_untied(alone, life, set)?,
        _ => process::start_untied(endless, life, set)?,
    };
    let in_time = ends_in_time(&job, limit);
    end_family(&mut job)?;
    say!("the job {}", if in_time { "has ended" } else { "was stopped" });
    work(2.0);
    say!("goes on");
    Ok(())
}

/// Changes the command before it starts the job.
fn set(command: &mut Command) -> &mut Command {
    command
}

/// Ends all that is left of the job, and of what it has started.
fn end_family(job: &mut Process) -> Result<()> {
    for entry in std::fs::read_dir("/proc")?.flatten() {
        let pid = entry.file_name().to_string_lossy().parse().unwrap_or(0);
        let pid = look(pid).filter(|row| row.parent == job.pid()).map(|_| pid);
        if let Some(pid) =
            pid.and_then(|pid| rustix::process::Pid::from_raw(pid as i32))
        {
            rustix::process::kill_process(pid, rustix::process::Signal::KILL)?;
        }
    }
    job.kill()?;
    job.wait()?;
    Ok(())
}

/// Waits until the job has ended, or its time is over. Doesn't reap the job: as long as
/// it is in the table, no other process and no other group can get its number.
fn ends_in_time(job: &Process, limit: Duration) -> bool {
    let deadline = Instant::now() + limit;
    while Instant::now() < deadline {
        if look(job.pid()).is_none_or(|row| row.zombie) {
            return true;
        }
        thread::sleep(Duration::from_millis(5));
    }
    false
}

fn endless(life: PipeReader) -> Result<()> {
    leave_behind(process::start_untied(helper, life.try_clone()?, |command| command)?);
    works(life)
}

fn brief(life: PipeReader) -> Result<()> {
    leave_behind(process::start_untied(helper, life, |command| command)?);
    work(0.5);
    Ok(())
}

fn alone(_life: PipeReader) -> Result<()> {
    work(0.5);
    Ok(())
}

fn helper(life: PipeReader) -> Result<()> {
    leave_behind(process::start_untied(last, life.try_clone()?, |command| command)?);
    works(life)
}

fn last(life: PipeReader) -> Result<()> {
    works(life)
}

/// Nobody waits for it, and nobody kills it.
fn leave_behind(process: Process) {
    std::mem::forget(process);
}

/// Works until `main` has ended.
fn works(mut life: PipeReader) -> Result<()> {
    say!("works");
    life.read_to_end(&mut Vec::new())?;
    exit(0)
}
