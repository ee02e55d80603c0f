//! What a run may use: descriptors and memory that stay flat over many tasks, and few descriptors at all.

use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use fastrand::Rng;
use rustix::process::{Pid, Resource, Rlimit, Signal, getrlimit, kill_process, setrlimit};
use shared::process::{self, Pool, Receiver, Sender, TaskError};

use crate::killer::{self, Killer};
use crate::text;

/// How much more memory may be resident at the end, in KiB: an allocator keeps what it once had.
const MARGIN: usize = 2 << 10;

/// What a process has: its id, how many descriptors, and its resident memory in KiB.
pub type Usage = (u32, usize, usize);

pub fn usage(_: ()) -> Usage {
    let descriptors = fs::read_dir("/proc/self/fd").expect("Linux has it").count();
    let status = fs::read_to_string("/proc/self/status").expect("Linux has it");
    let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:")?.trim().strip_suffix(" kB"));
    let kilobytes = resident.and_then(|number| number.parse().ok()).expect("proc(5)");
    (std::process::id(), descriptors, kilobytes)
}

pub fn echo(text: String) -> String {
    text
}

/// Two workers do so many tasks; then so many more while workers are killed.
pub fn flat(rng: &mut Rng, times: usize) -> Result<String> {
    let pool = Pool::new(2)?;
    many(&pool, rng, times.min(2_000))?;
    let (before, workers_before) = (usage(()), of_workers(&pool)?);
    many(&pool, rng, times)?;
    let workers_after = of_workers(&pool)?;
    for (pid, ..) in &workers_before {
        let usage = |all: &[Usage]| all.iter().find(|usage| usage.0 == *pid).copied();
        compare("a worker", usage(&workers_before).zip(usage(&workers_after)).context("a worker is gone")?)?;
    }
    compare("the parent", (before, usage(())))?;

    // A worker that was killed takes its pipes with it.
    let (killer, over) = (Killer::default(), AtomicBool::new(false));
    let mut killers_rng = rng.fork();
    let reported = thread::scope(|threads| {
        threads.spawn(|| killer.rage(&mut killers_rng, Duration::from_millis(10), &over));
        let reported = under_fire(&pool, rng, times);
        over.store(true, Ordering::Relaxed);
        reported
    })?;
    many(&pool, rng, times.min(2_000))?;
    let after = usage(());
    compare("the parent of killed workers", (before, after))?;
    pool.join();
    Ok(format!(
        "{times} tasks, and {times} more with {} workers killed and {reported} tasks reported: {} descriptors \
         before and after, {} KiB of memory before and {} after",
        killer.count(),
        after.1,
        before.2,
        after.2
    ))
}

fn compare(who: &str, (before, after): (Usage, Usage)) -> Result<()> {
    ensure!(before.1 == after.1, "{who} had {} descriptors and has {}", before.1, after.1);
    ensure!(after.2 <= before.2 + MARGIN, "{who} had {} KiB of memory and has {}", before.2, after.2);
    Ok(())
}

/// What each worker has: both are asked, which takes as many tasks as it takes.
fn of_workers(pool: &Pool) -> Result<Vec<Usage>> {
    let mut workers: Vec<Usage> = Vec::new();
    while workers.len() < 2 {
        let asked: Vec<_> = (0..4).map(|_| pool.submit("usage", usage, ())).collect();
        for pending in asked {
            let usage = pending.join()?;
            workers.retain(|worker| worker.0 != usage.0);
            workers.push(usage);
        }
    }
    Ok(workers)
}

/// So many tasks, 32 at a time.
fn many(pool: &Pool, rng: &mut Rng, times: usize) -> Result<()> {
    let lost = under_fire(pool, rng, times)?;
    ensure!(lost == 0, "{lost} tasks were lost, and nobody was killed");
    Ok(())
}

/// So many tasks, and how many of them were reported dead.
fn under_fire(pool: &Pool, rng: &mut Rng, times: usize) -> Result<usize> {
    let mut reported = 0;
    for batch in 0..times.div_ceil(32) {
        let size = if batch % 100 == 0 { 100_000 } else { rng.usize(0..200) };
        let pending: Vec<_> =
            (0..32.min(times - batch * 32)).map(|_| pool.submit("echo", echo, text(7, size))).collect();
        for pending in pending {
            match pending.join() {
                Ok(same) => ensure!(same == text(7, size), "an echo came back changed"),
                Err(TaskError::WorkerDied { .. }) => reported += 1,
                Err(other) => bail!("{other:?}"),
            }
        }
    }
    Ok(reported)
}

/// A pool of eight, a queue and kills with 64 descriptors; then with none to spare.
pub fn descriptors(rng: &mut Rng, times: usize) -> Result<String> {
    limit(64)?;
    let pool = Pool::new(8)?;
    let (to, from) = process::queue(4)?;
    let (producer, consumer) = (process::start(put, to)?, process::start(get, from)?);
    many(&pool, rng, 256)?;
    producer.join()?;
    consumer.join()?;
    let (killer, over) = (Killer::default(), AtomicBool::new(false));
    let mut killers_rng = rng.fork();
    let reported = thread::scope(|threads| {
        threads.spawn(|| killer.rage(&mut killers_rng, Duration::from_millis(5), &over));
        let mut reported = Ok(0);
        while let Ok(so_far) = reported
            && killer.count() < times
        {
            reported = under_fire(&pool, rng, 64).map(|more| so_far + more);
        }
        over.store(true, Ordering::Relaxed);
        reported
    })?;
    ensure!(reported <= killer.count(), "{reported} tasks for {} workers", killer.count());

    // The last one that was killed is gone, and a new one has done tasks in its place.
    under_fire(&pool, rng, 256)?;
    suite::deadline::until(suite::DEADLINE, "eight workers that live", || killer::children().len() == 8);
    // Not one more descriptor: a worker that dies now can't be replaced, and that is an error with a reason.
    let workers: Vec<_> =
        killer::children().into_iter().filter_map(|pid| Pid::from_raw(pid as i32)).collect();
    limit(3)?;
    for worker in workers {
        kill_process(worker, Signal::KILL)?;
    }
    let pending: Vec<_> = (0..32).map(|n| pool.submit(format!("task {n}"), echo, text(n, 10))).collect();
    let mut refused = 0;
    for pending in pending {
        match pending.join() {
            Err(TaskError::NoWorker { source, .. }) => {
                let reason = anyhow::Error::from(source);
                ensure!(format!("{reason:#}").contains("Too many open files"), "no reason: {reason:#}");
                refused += 1;
            }
            other => bail!("without a descriptor to start a worker with: {other:?}"),
        }
    }
    let Err(reason) = Pool::new(8) else { bail!("a pool was made without descriptors") };
    let reason = format!("{:#}", anyhow::Error::from(reason));
    ensure!(reason.contains("Too many open files"), "no reason: {reason}");

    limit(64)?;
    under_fire(&pool, rng, 64)?;
    pool.join();
    Ok(format!(
        "64 descriptors: {} workers killed, {reported} tasks reported; 3 descriptors: {refused} tasks refused \
         ({reason}); 64 again: all done",
        killer.count()
    ))
}

/// From now on, no descriptor from this number on is given out.
fn limit(descriptors: u64) -> Result<()> {
    let maximum = getrlimit(Resource::Nofile).maximum;
    Ok(setrlimit(Resource::Nofile, Rlimit { current: Some(descriptors), maximum })?)
}

pub fn put(to: Sender<String>) -> Result<()> {
    for number in 0..1_000 {
        to.send(&text(number, 100))?;
    }
    Ok(())
}

pub fn get(from: Receiver<String>) -> Result<()> {
    for (number, message) in (0..).zip(from) {
        ensure!(message? == text(number, 100), "a message came changed");
    }
    Ok(())
}
