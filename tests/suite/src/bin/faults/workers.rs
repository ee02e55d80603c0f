//! Workers of a pool are killed at any moment: every task has one outcome, and the ledger adds up.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::os::unix::process::ExitStatusExt;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use anyhow::{Result, bail, ensure};
use fastrand::Rng;
use rustix::process::{Pid, Signal, kill_process};
use shared::process::{Pending, Pool, TaskError};

use crate::killer::{self, Killer};
use crate::{ledger, text};

/// The ledger of tasks: `begun ID` and `ended ID`.
const TASKS: &str = "tasks";

const EXIT_STATUS: i32 = 7;

/// What a task is told: its id, what it does, for how many microseconds, how large a result it returns, and
/// an input that it checks.
type Order = (u64, u8, u64, usize, String);

// What a task does.
const RETURNS: u8 = 0;
const PANICS: u8 = 1;
const EXITS: u8 = 2;

pub fn work((id, deed, micros, size, input): Order) -> (u64, String) {
    ledger::append(TASKS, &format!("begun {id}"));
    assert_eq!(input, text(id, input.len()), "the input of task {id} came changed");
    thread::sleep(Duration::from_micros(micros));
    match deed {
        PANICS => panic!("task {id} panics"),
        EXITS => std::process::exit(EXIT_STATUS),
        _ => {}
    }
    let result = (id, text(id, size));
    ledger::append(TASKS, &format!("ended {id}"));
    result
}

/// The same, of which the pool is not told that it may be done again.
pub fn work_once(order: Order) -> (u64, String) {
    work(order)
}

/// What was asked of a task, and what came of it.
struct Outcome {
    id: u64,
    deed: u8,
    size: usize,
    came: Result<(u64, String), TaskError>,
}

struct Submitted {
    id: u64,
    deed: u8,
    size: usize,
    pending: Pending<(u64, String)>,
}

impl Submitted {
    fn join(self) -> Outcome {
        Outcome { id: self.id, deed: self.deed, size: self.size, came: self.pending.join() }
    }
}

#[derive(Default)]
struct Tally {
    submitted: usize,
    done: usize,
    panicked: usize,
    died: usize,
    stopped: usize,
}

/// Pools of 1 to 8 workers, one after another, until so many workers were killed.
pub fn storm(rng: &mut Rng, times: usize) -> Result<String> {
    let killer = Killer::default();
    let mut tally = Tally::default();
    let mut pools = 0;
    while killer.count() < times {
        round(rng, &killer, &mut tally)?;
        pools += 1;
    }
    let Tally { submitted, done, panicked, died, stopped } = tally;
    ensure!(submitted == done + panicked + died + stopped, "the ledger does not add up");
    Ok(format!(
        "{} workers killed in {pools} pools: {submitted} tasks = {done} done + {died} reported dead + \
         {panicked} reported panicked + {stopped} stopped",
        killer.count()
    ))
}

fn round(rng: &mut Rng, killer: &Killer, tally: &mut Tally) -> Result<()> {
    ledger::clear(TASKS)?;
    let before = killer.count();
    let (retries, repeatable) = (rng.u32(0..4), rng.bool());
    let again = if repeatable { retries } else { 0 };
    let workers = rng.usize(1..=8);
    // Each worker is killed about every 4, 16 or 80 ms: one that is killed before it has begun to work costs nothing, and if
    // all are, the pool never ends.
    let gap = Duration::from_millis(*rng.choice(&[4, 16, 80]).expect("three")) / workers as u32;
    let over = AtomicBool::new(false);
    let mut killers_rng = rng.fork();
    let (outcomes, dropped) = thread::scope(|threads| {
        let killing = threads.spawn(|| killer.rage(&mut killers_rng, gap, &over));
        let outcomes = one_pool(rng, workers, retries, repeatable);
        over.store(true, Ordering::Relaxed);
        killing.join().expect("the killer doesn't panic");
        outcomes
    })?;
    ensure!(killer::children().is_empty(), "a pool that is gone has left workers");
    let stopped = outcomes.iter().filter(|outcome| matches!(outcome.came, Err(TaskError::Stopped { .. })));
    ensure!(dropped || stopped.count() == 0, "tasks were stopped, and nobody dropped the pool");
    check(&outcomes, again, killer, killer.count() - before, tally)
}

/// The life of one pool under fire, from its start to its end: all outcomes, and whether it was dropped.
fn one_pool(rng: &mut Rng, workers: usize, retries: u32, repeatable: bool) -> Result<(Vec<Outcome>, bool)> {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let pool = Pool::new(workers)?.retries(retries);
    let tasks = rng.usize(20..200);
    let submitters: Vec<_> = (0..rng.usize(1..=4)).map(|_| rng.fork()).collect();
    let (mut outcomes, mut rest) = (Vec::new(), Vec::new());
    thread::scope(|threads| {
        let submit = |mut rng: Rng| {
            let (mut outcomes, mut window) = (Vec::new(), VecDeque::new());
            let width = rng.usize(1..64);
            for _ in 0..tasks {
                let id = NEXT.fetch_add(1, Ordering::Relaxed);
                window.push_back(submit(&pool, &mut rng, id, repeatable));
                if window.len() > width {
                    outcomes.extend(window.pop_front().map(Submitted::join));
                }
            }
            (outcomes, window)
        };
        let submitters: Vec<_> =
            submitters.into_iter().map(|rng| threads.spawn(move || submit(rng))).collect();
        for submitter in submitters {
            let (some, window) = submitter.join().expect("a submitter doesn't panic");
            outcomes.extend(some);
            rest.extend(window);
        }
    });
    // Some are under way as the pool ends, in one of three ways.
    let way = rng.u32(0..3);
    match way {
        0 => drop(pool),
        1 => pool.join(),
        _ => {
            outcomes.extend(rest.drain(..).map(Submitted::join));
            pool.join();
        }
    }
    outcomes.extend(rest.into_iter().map(Submitted::join));
    Ok((outcomes, way == 0))
}

fn submit(pool: &Pool, rng: &mut Rng, id: u64, repeatable: bool) -> Submitted {
    // One that may be done again must not be one that ends its worker each time.
    let deed = match rng.u32(0..20) {
        0 => PANICS,
        1 if !repeatable => EXITS,
        _ => RETURNS,
    };
    let micros = *rng.choice(&[0, 0, 0, 0, 0, 200, 200, 1_000, 5_000]).expect("some");
    let size = any_size(rng);
    let input = text(id, any_size(rng));
    let (name, order) = (format!("task {id}"), (id, deed, micros, size, input));
    let pending =
        if repeatable { pool.submit(name, work, order) } else { pool.submit(name, work_once, order) };
    Submitted { id, deed, size, pending }
}

/// From nothing to several times what a pipe holds.
pub fn any_size(rng: &mut Rng) -> usize {
    let most = *rng.choice(&[0, 100, 100, 100, 100, 4_096, 65_536, 300 << 10]).expect("some");
    rng.usize(0..=most)
}

/// Asks of each task what the pool promises.
fn check(outcomes: &[Outcome], again: u32, killer: &Killer, kills: usize, tally: &mut Tally) -> Result<()> {
    let ledger = ledger::counts(TASKS)?;
    let times = |what: &str, id: u64| ledger.get(&format!("{what} {id}")).copied().unwrap_or(0);
    let ids: BTreeSet<u64> = outcomes.iter().map(|outcome| outcome.id).collect();
    ensure!(ids.len() == outcomes.len(), "a task has two outcomes");
    for line in ledger.keys() {
        let id = line.split(' ').next_back().and_then(|id| id.parse().ok());
        ensure!(id.is_some_and(|id| ids.contains(&id)), "{line}: that one was never submitted");
    }
    let mut dead: BTreeMap<u32, u64> = BTreeMap::new();
    for Outcome { id, deed, size, came } in outcomes {
        let (begun, ended) = (times("begun", *id), times("ended", *id));
        ensure!(
            begun <= 1 + again,
            "task {id} was begun {begun} times, and may be {again} times again: {came:?}"
        );
        match came {
            Ok((same, result)) => {
                ensure!(
                    *deed == RETURNS && same == id && *result == text(*id, *size),
                    "{id} has a wrong result"
                );
                ensure!(ended >= 1, "task {id} is said to be done, and never ended");
                tally.done += 1;
            }
            Err(TaskError::Panicked { task, message, .. }) => {
                let told = format!("task {id} panics");
                ensure!(
                    *deed == PANICS && *task == format!("task {id}") && *message == told,
                    "{id}: {came:?}"
                );
                tally.panicked += 1;
            }
            Err(TaskError::WorkerDied { task, pid, status }) => {
                let by_itself = *deed == EXITS && status.code() == Some(EXIT_STATUS) && begun == 1;
                ensure!(*task == format!("task {id}"), "{id}: {came:?}");
                ensure!(
                    by_itself || killer.has_killed(*pid, status.signal()),
                    "{came:?}: nobody killed that one"
                );
                if let Some(other) = dead.insert(*pid, *id) {
                    bail!("worker {pid} cost two tasks: {other} and {id}");
                }
                tally.died += 1;
            }
            Err(TaskError::Stopped { .. }) => tally.stopped += 1,
            Err(other) => bail!("task {id}: {other:?}"),
        }
    }
    let exits = outcomes.iter().filter(|outcome| outcome.deed == EXITS).count();
    ensure!(dead.len() <= kills + exits, "{} tasks reported, and only {kills} workers killed", dead.len());
    tally.submitted += outcomes.len();
    Ok(())
}

/// Workers that are killed while they have nothing to do cost nothing.
pub fn idle(rng: &mut Rng, times: usize) -> Result<String> {
    let killer = Killer::default();
    let (mut done, mut id) = (0, 0);
    while killer.count() < times {
        let workers = rng.usize(1..=8);
        let pool = Pool::new(workers)?;
        for _ in 0..10 {
            // All are idle: every task so far was waited for.
            for pid in killer::children() {
                if rng.bool() {
                    killer.kill(pid, Signal::KILL);
                }
            }
            if rng.bool() {
                thread::sleep(Duration::from_micros(rng.u64(0..3_000)));
            }
            let orders: Vec<_> = (0..rng.u64(1..=8)).map(|n| id + n).collect();
            id += orders.len() as u64;
            let order = |&id: &u64| (id, RETURNS, 0, 100, text(id, 100));
            let pending: Vec<_> =
                orders.iter().map(|id| pool.submit(format!("task {id}"), work, order(id))).collect();
            for pending in pending {
                pending.join()?;
                done += 1;
            }
        }
        pool.join();
        ensure!(killer::children().is_empty(), "a pool that is gone has left workers");
    }
    let twice = ledger::counts(TASKS)?.into_iter().find(|&(_, times)| times != 1);
    ensure!(twice.is_none(), "done twice: {twice:?}");
    Ok(format!("{} idle workers killed: {done} tasks, all done", killer.count()))
}

/// Kills its own worker, by the first so many of its attempts.
pub fn stubborn((id, deaths): (u64, u32)) -> u32 {
    ledger::append(TASKS, &format!("begun {id}"));
    let begun = ledger::counts(TASKS).ok().and_then(|counts| counts.get(&format!("begun {id}")).copied());
    let begun = begun.expect("this task wrote a line of it");
    if begun <= deaths {
        let _ = kill_process(Pid::from_raw(std::process::id() as i32).expect("a process id"), Signal::KILL);
        loop {
            thread::park();
        }
    }
    begun
}

/// A task is begun once and once more for each retry that its worker's deaths use up, and no more.
pub fn retries(rng: &mut Rng, times: usize) -> Result<String> {
    let (mut deaths, mut done, mut reported, mut id) = (0, 0, 0, 0);
    while deaths < times {
        ledger::clear(TASKS)?;
        let retries = rng.u32(0..4);
        let pool = Pool::new(rng.usize(1..=4))?.retries(retries);
        let mut tasks = Vec::new();
        for _ in 0..8 {
            id += 1;
            let dies = rng.u32(0..=retries + 1);
            tasks.push((id, dies, pool.submit(format!("task {id}"), stubborn, (id, dies))));
        }
        for (id, dies, pending) in tasks {
            match pending.join() {
                Ok(begun) => {
                    ensure!(
                        dies <= retries && begun == dies + 1,
                        "task {id}: {begun} times for {dies} deaths"
                    );
                    done += 1;
                }
                Err(TaskError::WorkerDied { status, .. }) if dies == retries + 1 => {
                    ensure!(status.signal() == Some(Signal::KILL.as_raw()), "task {id}: {status}");
                    reported += 1;
                }
                Err(other) => bail!("task {id} with {retries} retries and {dies} deaths: {other:?}"),
            }
            let begun = ledger::counts(TASKS)?.get(&format!("begun {id}")).copied().unwrap_or(0);
            ensure!(begun == (dies + 1).min(retries + 1), "task {id}: begun {begun} times, {dies} deaths");
            deaths += dies as usize;
        }
        pool.join();
    }
    Ok(format!("{deaths} workers died in their tasks: {done} tasks done again, {reported} reported"))
}
