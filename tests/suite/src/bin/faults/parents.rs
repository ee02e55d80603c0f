//! A parent is killed at any moment, with all that it may have started: nobody is left.

use std::path::Path;
use std::time::{Duration, Instant};
use std::{fs, thread};

use anyhow::{Result, ensure};
use fastrand::Rng;
use shared::process::{self, Lock, Pool, Receiver, Sender};
use suite::Living;

/// How many descendants a parent has: four workers and four others.
const FAMILY: usize = 8;

/// A parent of workers that compute, sleep and wait, of both ends of a queue, and of two that want a lock.
pub fn parent() -> Result<()> {
    let pool = Pool::new(4)?;
    let _computing = pool.submit("computes", compute, ());
    let _sleeping = pool.submit("sleeps", sleep, ());
    let (to, from) = process::queue(2)?;
    let [first, second] = process::lock()?;
    let _children = [
        process::start(send, to)?,
        process::start(receive, from)?,
        process::start(hold, first)?,
        process::start(hold, second)?,
    ];
    loop {
        pool.submit("comes and goes", pass, ()).join()?;
    }
}

pub fn compute(_: ()) {
    loop {
        std::hint::spin_loop();
    }
}

pub fn sleep(_: ()) {
    loop {
        thread::park();
    }
}

pub fn pass(_: ()) {}

pub fn send(to: Sender<String>) -> Result<()> {
    // The receiver may be the first to see that its parent is gone.
    while to.send(&"bone".repeat(1_000)).is_ok() {}
    Ok(())
}

/// Takes so little that the other stands before a full queue.
pub fn receive(from: Receiver<String>) -> Result<()> {
    for message in from {
        message?;
        thread::sleep(Duration::from_millis(1));
    }
    Ok(())
}

pub fn hold(mut lock: Lock) -> Result<()> {
    let _guard = lock.lock()?;
    loop {
        thread::park();
    }
}

/// Kills parents, asks that nobody of their families goes on, and measures how long it takes until nobody is left.
pub fn orphans(rng: &mut Rng, times: usize) -> Result<String> {
    let (mut outlived, mut most) = (Vec::new(), 0);
    for n in 0..times {
        let mut victim = process::start(parent, ())?;
        // Half of them die while they start, or soon after, the others in the middle of their life.
        while n % 2 == 0 && family()?.len() <= FAMILY {
            thread::sleep(Duration::from_millis(1));
        }
        thread::sleep(Duration::from_micros(rng.u64(0..30_000)));
        let family_now = family()?;
        let descendants = family_now.len().saturating_sub(1);
        let have_begun: Vec<_> =
            family_now.into_iter().filter(|one| has_begun(one.pid, victim.pid())).collect();
        ensure!(Living::find(victim.pid()).is_some(), "the parent ended by itself");
        victim.kill()?;
        victim.wait()?;
        let dead = Instant::now();
        for Living { pid, .. } in have_begun {
            ensure!(is_ending(pid), "{:?} goes on, and its parent is gone", role(pid));
        }
        let mut last = String::from("somebody");
        while let Some(left) = family()?.first() {
            last = role(left.pid).unwrap_or(last);
            thread::sleep(Duration::from_millis(1));
        }
        outlived.push((dead.elapsed(), last));
        most = most.max(descendants);
    }
    outlived.sort();
    let at =
        |part: f64| outlived[((outlived.len() - 1) as f64 * part).round() as usize].0.as_secs_f64() * 1e3;
    Ok(format!(
        "{times} parents killed with up to {most} descendants: no orphan; outlived, in ms: half {:.1}, \
         99 % {:.1}, longest {:.1} by {}",
        at(0.5),
        at(0.99),
        at(1.0),
        outlived[times - 1].1
    ))
}

/// Whether a child has asked to be killed with its parent: it takes its standard input over only after that. Before it
/// executes its program, it is a copy of its parent, which has done so too.
fn has_begun(pid: u32, parent: u32) -> bool {
    let stdin = fs::read_link(format!("/proc/{pid}/fd/0"));
    role(pid) != role(parent) && stdin.is_ok_and(|leads_to| leads_to == Path::new("/dev/null"))
}

/// Whether a process is gone, was killed, or is ending by itself. It needn't have had a core to do so yet.
fn is_ending(pid: u32) -> bool {
    /// proc(5): SIGKILL among the signals that a process has not taken in yet.
    const KILL: u64 = 1 << 8;
    /// proc(5), and PF_EXITING in the kernel's `sched.h`.
    const EXITING: u64 = 1 << 2;
    let read = |file: &str| fs::read_to_string(format!("/proc/{pid}/{file}")).ok();
    let (Some(status), Some(stat)) = (read("status"), read("stat")) else { return true };
    let pending = status.lines().filter_map(|line| line.split_once("Pnd:\t"));
    let killed = pending.filter_map(|(_, set)| u64::from_str_radix(set, 16).ok()).any(|set| set & KILL != 0);
    let flags = stat.rsplit_once(") ").and_then(|(_, fields)| fields.split(' ').nth(6)?.parse::<u64>().ok());
    killed || flags.is_some_and(|flags| flags & EXITING != 0)
}

/// What a process is, if it is still there.
fn role(pid: u32) -> Option<String> {
    let line = fs::read_to_string(format!("/proc/{pid}/cmdline")).ok()?;
    line.split('\0').nth(2).map(str::to_owned)
}

/// All others of this process's group that run this program.
pub fn family() -> Result<Vec<Living>> {
    let me = std::process::id();
    let group = Living::find(me).map(|me| me.group);
    let program = fs::read_link("/proc/self/exe")?;
    let ours = |process: &Living| {
        process.pid != me
            && Some(process.group) == group
            && fs::read_link(format!("/proc/{}/exe", process.pid)).is_ok_and(|exe| exe == program)
    };
    Ok(suite::living().filter(ours).collect())
}
