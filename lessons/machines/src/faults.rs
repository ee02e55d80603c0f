//! A worker that is killed in the middle of its task, one that stands still, and one whose cable
//! is cut.

use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use postgres::Client;
use rustix::process::{Pid, Signal, kill_process};
use shared::choice::flag;
use shared::process::Process;
use shared::stage::seconds;
use shared::{say, wait, work};

use crate::cable;
use crate::engine::Engine;
use crate::tasks::{TASKS, WORKERS, handed_out, open_tasks, until};

// ANCHOR: faults
/// How many workers were killed in the middle of a task, and how many are late.
pub struct Caught {
    pub killed: i64,
    pub late: i64,
}

pub fn catch_some(
    desk: &mut Client,
    workers: &mut [Process],
    engine: &Engine,
    patience: u64,
) -> Result<Caught> {
    let mut caught = Caught { killed: 0, late: 0 };
    if ["--kill", "--freeze", "--cut"].into_iter().any(flag) {
        // From then on, a worker has nothing to do: it can have the task at once.
        until("results", || {
            look_after(workers)?;
            Ok(open_tasks(desk)? <= TASKS - WORKERS as i64)
        })?;
        work(1.0);
    }
    if flag("--kill")
        && let Some((_, victim)) = catch(desk, workers)?
    {
        say!("kills worker {victim}, in the middle of its task");
        kill_process(victim, Signal::KILL)?;
        caught.killed = 1;
    }
    if flag("--freeze")
        && let Some((_, victim)) = catch(desk, workers)?
    {
        say!("stops worker {victim}, in the middle of its task");
        caught.late = 1;
        until_handed_out(TASKS + caught.killed + 1, desk, workers)?;
        say!("lets worker {victim} go on");
        kill_process(victim, Signal::CONT)?;
    }
    if let Some(network) = engine.network()
        && let Some((n, victim)) = catch(desk, workers)?
    {
        say!("cuts the cable of worker {victim}, in the middle of its task");
        cable::cut(network, n)?;
        kill_process(victim, Signal::CONT)?; // it is only caught, and goes on
        if patience > 0 {
            caught.late = 1;
            until_handed_out(TASKS + caught.killed + 1, desk, workers)?;
        } else {
            until("the other results", || {
                look_after(workers)?;
                Ok(open_tasks(desk)? <= 1)
            })?;
            let time = seconds(6.0)?;
            wait("a new hand-out", || thread::sleep(time));
            let again = handed_out(desk)? - TASKS - caught.killed;
            ensure!(again == 0 && open_tasks(desk)? == 1, "the task was given again");
            say!("waits in vain: nobody else has the task");
        }
        say!("joins the cable of worker {victim} again");
        cable::join(network, n)?;
    }
    Ok(caught)
}
// ANCHOR_END: faults

fn until_handed_out(
    times: i64,
    desk: &mut Client,
    workers: &mut [Process],
) -> Result<()> {
    until("a new hand-out", || {
        look_after(workers)?;
        Ok(handed_out(desk)? >= times)
    })
}

/// If nobody reads what the workers say, they end, and this process with them.
fn look_after(workers: &mut [Process]) -> Result<()> {
    workers.iter_mut().try_for_each(|worker| worker.try_wait().map(drop))?;
    Ok(())
}

// ANCHOR: catch
/// Stops a worker that has a task, and returns which one. The engine knows it: the worker has
/// changed something, and its transaction is open. `None` if all tasks are done.
pub fn catch(engine: &mut Client, workers: &[Process]) -> Result<Option<(usize, Pid)>> {
    let has_a_task = "
        SELECT FROM pg_stat_activity WHERE application_name = $1
        AND state = 'idle in transaction' AND backend_xid IS NOT NULL";
    while open_tasks(engine)? > 0 {
        for (n, worker) in (1..).zip(workers) {
            let pid = Pid::from_raw(worker.pid() as i32).context("a process id")?;
            let name = format!("worker {}", worker.pid());
            if engine.query(has_a_task, &[&name])?.is_empty() {
                continue;
            }
            kill_process(pid, Signal::STOP)?;
            if !engine.query(has_a_task, &[&name])?.is_empty() {
                return Ok(Some((n, pid)));
            }
            kill_process(pid, Signal::CONT)?; // it was quicker
        }
        thread::sleep(Duration::from_millis(5));
    }
    Ok(None)
}
// ANCHOR_END: catch
