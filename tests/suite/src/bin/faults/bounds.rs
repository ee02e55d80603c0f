//! What a pool can be asked to keep: a time for each task, a bound to its queue, so many tasks for a worker.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use fastrand::Rng;
use rustix::process::{Pid, Signal, kill_process};
use shared::process::{Pool, TaskError};

use crate::killer::{self, Killer};
use crate::limits::echo;
use crate::{ledger, text};

const LEDGER: &str = "bounds";

/// A file that opens a gate.
pub const GATE: &str = "gate";

// Ways of taking for ever.
const PARKS: u8 = 0;
const SPINS: u8 = 1;
const STOPS: u8 = 2;

pub fn endless(way: u8) {
    ledger::append(LEDGER, "endless begun");
    loop {
        match way {
            PARKS => thread::park(),
            SPINS => std::hint::spin_loop(),
            _ => stop(),
        }
    }
}

/// As somebody from outside may stop it: then it can do nothing about its end.
fn stop() {
    let me = Pid::from_raw(std::process::id() as i32).expect("a process id");
    let _ = kill_process(me, Signal::STOP);
}

pub fn quick(id: u64) -> u64 {
    ledger::append(LEDGER, &format!("quick {id}"));
    id
}

/// Workers that were stopped while they had nothing to do, and never begin: the task is another's then.
pub fn stopped(times: usize) -> Result<String> {
    ledger::clear(LEDGER)?;
    for n in 0..times as u64 {
        let pool = Pool::new(1)?.time_limit(Duration::from_millis(100));
        let idle = pool.submit("who", who, ()).join()?;
        kill_process(Pid::from_raw(idle as i32).context("a process id")?, Signal::STOP)?;
        ensure!(pool.submit(format!("quick {n}"), quick, n).join()? == n, "quick {n} came to something else");
        let next = pool.submit("who", who, ()).join()?;
        ensure!(next != idle, "a stopped worker has done a task");

        // More than a pipe takes: to send it blocks as well.
        kill_process(Pid::from_raw(next as i32).context("a process id")?, Signal::STOP)?;
        let large = text(n, 300_000);
        ensure!(pool.submit("large", echo, large.clone()).join()? == large, "a large input was lost");

        // And it is not waited for as it has to leave.
        let last = pool.submit("who", who, ()).join()?;
        kill_process(Pid::from_raw(last as i32).context("a process id")?, Signal::STOP)?;
        pool.join();
    }
    let done = ledger::lines(LEDGER)?.len();
    ensure!(done == times, "{done} quick tasks instead of {times}");
    Ok(format!("3 × {times} idle workers stopped: each was replaced, and each task done once"))
}

/// Limits that are set when the workers have done more already, and one that never comes to an end.
pub fn late_limits(times: usize) -> Result<String> {
    for _ in 0..times {
        let pool = Pool::new(2)?;
        let all: Result<Vec<_>, _> = pool.map("quick", quick, 0..50).into_iter().collect();
        ensure!(all?.into_iter().eq(0..50), "a quick task came to something else");
        let pool = pool.tasks_per_worker(2).time_limit(Duration::MAX);
        let mut tasks = BTreeMap::new();
        for pid in pool.map("who", who, std::iter::repeat_n((), 20)) {
            *tasks.entry(pid?).or_insert(0) += 1;
        }
        ensure!(tasks.values().all(|&tasks| tasks <= 2), "a worker did more than two tasks: {tasks:?}");
        pool.join();
    }
    Ok(format!("{times} pools were given limits late, and kept them"))
}

/// Tasks that end right at their limit cost no other task its worker.
pub fn short_limit(rng: &mut Rng, times: usize) -> Result<String> {
    const LIMIT: Duration = Duration::from_millis(4);
    let pool = Pool::new(2)?.time_limit(LIMIT);
    let tasks: Vec<_> = (0..times)
        .map(|n| {
            let time = if rng.u8(..4) == 0 { LIMIT - Duration::from_micros(10) } else { Duration::ZERO };
            pool.submit(format!("task {n}"), busy, time.as_micros() as u64)
        })
        .collect();
    let mut late = 0;
    for task in tasks {
        match task.join() {
            Ok(()) => {}
            Err(TaskError::TimedOut { .. }) => late += 1,
            Err(other) => bail!("{other}, and nobody has killed a worker but the clock"),
        }
    }
    Ok(format!("{times} tasks near a short limit: {late} timed out, and no other was harmed"))
}

pub fn busy(micros: u64) {
    let began = Instant::now();
    while began.elapsed() < Duration::from_micros(micros) {
        std::hint::spin_loop();
    }
}

/// Some tasks never end: each is killed and reported in its time, and all others are done once.
pub fn time_limit(rng: &mut Rng, times: usize) -> Result<String> {
    /// Long enough for a quick task on a machine that is busy.
    const LIMIT: Duration = Duration::from_secs(2);
    ledger::clear(LEDGER)?;
    let pool = Pool::new(rng.usize(4..=8))?.retries(3).time_limit(LIMIT);
    let (mut slow, mut fast) = (Vec::new(), Vec::new());
    for n in 0..times {
        let way = rng.choice([PARKS, SPINS, STOPS]).expect("three");
        slow.push((n, pool.submit(format!("endless {n}"), endless, way)));
        for _ in 0..rng.usize(0..40) {
            let id = fast.len() as u64;
            fast.push(pool.submit(format!("quick {id}"), quick, id));
        }
    }
    let done = fast.len();
    for (id, pending) in (0..).zip(fast) {
        ensure!(pending.join()? == id, "quick {id} came to something else");
    }
    for (n, pending) in slow {
        match pending.join() {
            Err(TaskError::TimedOut { task, limit, .. })
                if task == format!("endless {n}") && limit == LIMIT => {}
            other => bail!("endless {n}: {other:?}"),
        }
    }
    pool.join();
    ensure!(killer::children().is_empty(), "an overdue worker is left");
    let ledger = ledger::counts(LEDGER)?;
    for id in 0..done {
        let begun = ledger.get(&format!("quick {id}")).copied().unwrap_or(0);
        ensure!(begun == 1, "quick {id} was done {begun} times");
    }
    let begun = ledger.get("endless begun").copied().unwrap_or(0) as usize;
    ensure!(begun == times, "{times} endless tasks were begun {begun} times");
    Ok(format!("{times} endless tasks reported as timed out, {done} others done once"))
}

/// Removes the file that opens the gate.
pub fn shut_gate() -> Result<()> {
    ledger::clear(GATE)
}

pub fn gate(_: ()) {
    ledger::append(LEDGER, "at the gate");
    while !Path::new(GATE).exists() {
        thread::sleep(Duration::from_millis(1));
    }
}

/// While nothing is done, no more than the limit are taken in; and in the end all are done.
pub fn queue_limit(rng: &mut Rng, times: usize) -> Result<String> {
    let mut most = 0;
    for _ in 0..times.div_ceil(10) {
        ledger::clear(LEDGER)?;
        shut_gate()?;
        let (limit, submitters) = (rng.usize(1..=40), rng.usize(1..=4));
        let pool = Pool::new(1)?.queue_limit(limit);
        let waits = pool.submit("gate", gate, ());
        while ledger::lines(LEDGER)?.is_empty() {
            thread::sleep(Duration::from_millis(1));
        }
        let taken = AtomicUsize::new(0);
        thread::scope(|threads| -> Result<()> {
            let submit = || -> Result<()> {
                let mut all = Vec::new();
                for id in 0..100 {
                    all.push(pool.submit("quick", quick, id));
                    taken.fetch_add(1, Ordering::Relaxed);
                }
                for (id, pending) in (0..).zip(all) {
                    ensure!(pending.join()? == id, "quick {id} came to something else");
                }
                Ok(())
            };
            let submitters: Vec<_> = (0..submitters).map(|_| threads.spawn(submit)).collect();
            let mut before = usize::MAX;
            while before != taken.load(Ordering::Relaxed) || before == 0 {
                before = taken.load(Ordering::Relaxed);
                thread::sleep(Duration::from_millis(30));
            }
            // Opened before anything is asked, or a broken promise would look like a hang.
            ledger::append(GATE, "");
            for submitter in submitters {
                submitter.join().expect("a submitter doesn't panic")?;
            }
            ensure!(before <= limit, "{before} tasks were taken in with a limit of {limit}");
            most = most.max(before);
            Ok(())
        })?;
        waits.join()?;
        pool.join();
    }
    Ok(format!("up to {most} tasks were taken in while none was done, never more than the limit"))
}

pub fn who(_: ()) -> u32 {
    std::process::id()
}

/// No worker does more tasks than it may, also while workers are killed.
pub fn tasks_per_worker(rng: &mut Rng, times: usize) -> Result<String> {
    let killer = Killer::default();
    let (mut workers, mut tasks, mut died) = (0, 0, 0);
    for _ in 0..times.div_ceil(10) {
        let each = rng.u32(1..=20);
        let pool = Pool::new(rng.usize(1..=4))?.tasks_per_worker(each);
        let mut by: BTreeMap<u32, u32> = BTreeMap::new();
        let pending: Vec<_> = (0..200).map(|_| pool.submit("who", who, ())).collect();
        for (n, pending) in pending.into_iter().enumerate() {
            if n % 50 == 25
                && let Some(&pid) = rng.choice(&killer::children())
            {
                killer.kill(pid, Signal::KILL);
            }
            match pending.join() {
                Ok(pid) => *by.entry(pid).or_default() += 1,
                Err(TaskError::WorkerDied { .. }) => died += 1,
                Err(other) => bail!("{other:?}"),
            }
            tasks += 1;
        }
        pool.join();
        let most = by.values().max().copied().unwrap_or(0);
        ensure!(most <= each, "a worker did {most} tasks of at most {each}");
        workers += by.len();
    }
    ensure!(died <= killer.count(), "{died} tasks reported, {} workers killed", killer.count());
    Ok(format!("{tasks} tasks by {workers} workers that had their number, {died} reported"))
}

/// Results come in the order of the inputs, to each of several threads, also while workers are killed.
pub fn map(rng: &mut Rng, times: usize) -> Result<String> {
    let (killer, over) = (Killer::default(), AtomicBool::new(false));
    let pool = Pool::new(4)?.queue_limit(50);
    let mut killers_rng = rng.fork();
    let (done, died) = thread::scope(|threads| -> Result<(usize, usize)> {
        let killing = threads.spawn(|| killer.rage(&mut killers_rng, Duration::from_millis(5), &over));
        let askers: Vec<_> = (0..3_u64)
            .map(|asker| {
                let inputs: Vec<_> = (0..10 * times).map(|_| rng.usize(0..2_000)).collect();
                let pool = &pool;
                threads.spawn(move || one_map(pool, asker, &inputs))
            })
            .collect();
        let answers: Vec<_> =
            askers.into_iter().map(|asker| asker.join().expect("it doesn't panic")).collect();
        over.store(true, Ordering::Relaxed);
        killing.join().expect("the killer doesn't panic");
        let mut sum = (0, 0);
        for answer in answers {
            let (done, died) = answer?;
            sum = (sum.0 + done, sum.1 + died);
        }
        Ok(sum)
    })?;
    pool.join();
    ensure!(died <= killer.count(), "{died} tasks reported, {} workers killed", killer.count());
    Ok(format!("{done} results in order, {died} reported in their places"))
}

fn one_map(pool: &Pool, asker: u64, sizes: &[usize]) -> Result<(usize, usize)> {
    let (mut done, mut died) = (0, 0);
    let inputs = sizes.iter().zip(0..).map(|(&size, n)| text(asker * 1_000_000 + n, size));
    let results = pool.map("echo", echo, inputs);
    ensure!(results.len() == sizes.len(), "{} results of {}", results.len(), sizes.len());
    for ((result, &size), n) in results.into_iter().zip(sizes).zip(0..) {
        match result {
            Ok(same) => {
                ensure!(same == text(asker * 1_000_000 + n, size), "result {n} is another's");
                done += 1;
            }
            Err(TaskError::WorkerDied { task, .. }) if task == format!("echo {}", n + 1) => died += 1,
            Err(other) => return Err(other).context(format!("echo {}", n + 1)),
        }
    }
    Ok((done, died))
}
