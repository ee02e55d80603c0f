//! Workers that misbehave: what they send is no reply, or too much, or they can't live at all.

use std::fs;
use std::os::fd::BorrowedFd;

use anyhow::{Result, bail, ensure};
use fastrand::Rng;
use rustix::process::{Pid, Signal, kill_process};
use shared::process::wire::MAX;
use shared::process::{Pool, TaskError};

use crate::killer;
use crate::limits::echo;
use crate::{ledger, text};

/// Writes these bytes onto its own wire, whichever descriptor that is, and perhaps ends its process.
pub fn garble((bytes, ends): (Vec<u8>, bool)) {
    for entry in fs::read_dir("/proc/self/fd").expect("Linux has it").flatten() {
        let number = entry.file_name().to_str().and_then(|number| number.parse().ok()).unwrap_or(0);
        let leads_to = fs::read_link(entry.path()).unwrap_or_default();
        let leads_to = leads_to.to_string_lossy();
        if number <= 2 || !(leads_to.starts_with("pipe:") || leads_to.starts_with("socket:")) {
            continue;
        }
        // SAFETY: the descriptor was just listed as open; it is the wire, which this process keeps to its end.
        let wire = unsafe { BorrowedFd::borrow_raw(number) };
        // Fails for the end that only reads.
        let _ = rustix::io::write(wire, &bytes);
    }
    if ends {
        std::process::exit(3);
    }
}

/// Text, numbers, lengths with nothing behind them, and what is left of a reply that was cut.
fn garbage(rng: &mut Rng) -> Vec<u8> {
    let size = rng.usize(1..5_000);
    let noise = |rng: &mut Rng, size| -> Vec<u8> { (0..size).map(|_| rng.u8(..)).collect() };
    let length = |length: u32| length.to_le_bytes().to_vec();
    match rng.u32(0..7) {
        0 => noise(rng, size),
        1 => text(7, size).into_bytes(),
        2 => vec![0; size],
        3 => length(rng.u32(1..1 << 20)),
        4 => vec![*rng.choice(&[0x00, 0xFF]).expect("two"); rng.usize(1..16)],
        5 => [length(size as u32), noise(rng, size)].concat(),
        _ => noise(rng, rng.clone().usize(1..8)),
    }
}

/// So many tasks that write garbage onto the wire, each with others before and behind it.
pub fn garbled(rng: &mut Rng, times: usize) -> Result<String> {
    let mut pids = std::collections::BTreeSet::new();
    let pool = Pool::new(2)?;
    for n in 0..times {
        let bytes = garbage(rng);
        let before = pool.submit("before", echo, text(1, 10));
        let name = format!("garbles {n}");
        let ends = rng.bool();
        let garbles = pool.submit(&name, garble, (bytes.clone(), ends));
        let behind = pool.submit("behind", echo, text(2, 10));
        before.join()?;
        behind.join()?;
        match garbles.join() {
            Err(TaskError::Garbled { task, pid, .. }) if task == name => drop(pids.insert(pid)),
            // Garbage that is shorter than the head of a message, and nothing behind it.
            Err(TaskError::WorkerDied { task, pid, .. }) if task == name && ends => drop(pids.insert(pid)),
            other => bail!("{name} wrote {:?}…: {other:?}", &bytes[..bytes.len().min(20)]),
        }
    }
    pool.join();
    Ok(format!("{times} tasks wrote garbage: each reported by name, {} workers replaced", pids.len()))
}

pub fn large(size: usize) -> String {
    "x".repeat(size)
}

pub fn killed_by(signal: i32) {
    let me = Pid::from_raw(std::process::id() as i32).expect("a process id");
    let signal = Signal::from_named_raw(signal).expect("it has a name");
    loop {
        let _ = kill_process(me, signal);
    }
}

/// Results and inputs at the limit and beyond; an input that is under way when its worker dies.
pub fn sizes(rng: &mut Rng, times: usize) -> Result<String> {
    let pool = Pool::new(1)?;
    let mut kills = 0;
    for _ in 0..times {
        // A worker that is stopped takes no more than its pipe holds: the rest is under way when it dies.
        let [pid] = killer::children()[..] else { bail!("one worker") };
        let pid = Pid::from_raw(pid as i32).expect("a process id");
        kill_process(pid, Signal::STOP)?;
        let size = rng.usize(1 << 20..8 << 20);
        let pending = pool.submit("large input", echo, text(3, size));
        std::thread::sleep(std::time::Duration::from_micros(rng.u64(0..20_000)));
        kill_process(pid, Signal::KILL)?;
        kills += 1;
        ensure!(pending.join()? == text(3, size), "an echo came back changed");
    }
    for size in [MAX + 1, MAX + (1 << 20)] {
        let too_large = pool.submit("too large", large, size).join().map(drop);
        let Err(TaskError::Unfit { task, problem }) = &too_large else { bail!("{size}: {too_large:?}") };
        ensure!(task == "too large" && problem.contains("bytes"), "{too_large:?}");
    }
    ensure!(pool.submit("large", large, 60 << 20).join()?.len() == 60 << 20, "a large result came changed");
    for signal in [Signal::KILL, Signal::TERM, Signal::SEGV, Signal::ABORT, Signal::FPE, Signal::ILL] {
        let died = pool.submit("dies", killed_by, signal.as_raw()).join();
        let Err(TaskError::WorkerDied { status, .. }) = &died else { bail!("{signal:?}: {died:?}") };
        use std::os::unix::process::ExitStatusExt;
        ensure!(status.signal() == Some(signal.as_raw()), "{signal:?}: {status}");
    }
    pool.join();
    Ok(format!("{kills} workers killed with an input under way, which was done by the next"))
}

const BIRTHS: &str = "births";

/// A worker that can't live: it ends in `main`, before anybody in `shared` is asked.
pub fn end_if_stillborn() {
    if std::env::var_os("FAULT_STILLBORN").is_some() && std::env::args().any(|arg| arg == "--role") {
        ledger::append(BIRTHS, "born");
        std::process::exit(9);
    }
}

/// No worker can live: that is an error of each task, and not a loop.
pub fn stillborn(times: usize) -> Result<String> {
    ensure!(std::env::var_os("FAULT_STILLBORN").is_some(), "FAULT_STILLBORN is not set");
    let mut reasons = std::collections::BTreeSet::new();
    match Pool::new(4) {
        Err(reason) => drop(reasons.insert(format!("{:#}", anyhow::Error::from(reason)))),
        Ok(pool) => {
            let pending: Vec<_> = (0..times).map(|_| pool.submit("echo", echo, text(1, 10))).collect();
            for pending in pending {
                match pending.join() {
                    Err(error) => {
                        let kind = format!("{error:?}");
                        reasons.insert(kind.split([' ', '{']).next().unwrap_or_default().to_owned());
                    }
                    Ok(_) => bail!("a task was done by a worker that never lived"),
                }
            }
            pool.join();
        }
    }
    let births = ledger::lines(BIRTHS)?.len();
    ensure!(births <= 4 + 8 * times, "{births} workers were started for {times} tasks");
    Ok(format!("{times} tasks refused ({reasons:?}) after {births} workers were started in vain"))
}
