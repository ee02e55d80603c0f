//! What a pool of `concurrent.futures` has too, under fire: an initializer, results as they complete, and tasks that are
//! cancelled.

use std::collections::BTreeSet;
use std::process::exit;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;
use std::{fs, thread};

use anyhow::{Error, Result, bail, ensure};
use fastrand::Rng;
use rustix::process::{Signal, getpid, kill_process};
use shared::process::{Pending, Pool, TaskError, as_completed};

use crate::bounds::{self, gate};
use crate::killer::{self, Killer};
use crate::ledger;

const LEDGER: &str = "futures";

/// What the initializer leaves for the tasks.
static TABLE: OnceLock<String> = OnceLock::new();

pub fn prepare((micros, table): (u64, String)) {
    thread::sleep(Duration::from_micros(micros)); // some are killed in it
    TABLE.set(table).expect("a worker is initialized once");
}

pub fn look(micros: u64) -> String {
    thread::sleep(Duration::from_micros(micros));
    TABLE.get().expect("a worker is initialized before its first task").clone()
}

// How an initializer fails.
const PANICS: u8 = 0;
const EXITS: u8 = 1;
const IS_KILLED: u8 = 2;

pub fn fail(how: u8) {
    ledger::append(LEDGER, &format!("start {how}"));
    match how {
        PANICS => panic!("there is no table"),
        EXITS => exit(7),
        _ => {
            let _ = kill_process(getpid(), Signal::KILL);
            thread::sleep(Duration::from_secs(60));
        }
    }
}

pub fn mark((id, micros): (usize, u64)) -> usize {
    ledger::append(LEDGER, &format!("begun {id}"));
    thread::sleep(Duration::from_micros(micros));
    id
}

/// The same, of which the pool is told that it may be done again.
pub fn mark_again(order: (usize, u64)) -> usize {
    mark(order)
}

/// Runs this while workers are killed.
fn under_fire<R>(killer: &Killer, rng: &mut Rng, gap: Duration, run: impl FnOnce(&mut Rng) -> R) -> R {
    let (over, mut killers_rng) = (AtomicBool::new(false), rng.fork());
    thread::scope(|threads| {
        threads.spawn(|| killer.rage(&mut killers_rng, gap, &over));
        let outcome = run(rng);
        over.store(true, Ordering::Relaxed);
        outcome
    })
}

/// No task is done by a worker that isn't initialized, whenever workers are killed; and if none can be initialized, each
/// task says why.
pub fn initializers(rng: &mut Rng, times: usize) -> Result<String> {
    let killer = Killer::default();
    let (mut done, mut died) = (0, 0);
    while killer.count() < times {
        under_fire(&killer, rng, Duration::from_millis(8), |rng| -> Result<()> {
            let input = (rng.u64(0..3_000), "table".to_owned());
            let pool = Pool::with_initializer(rng.usize(1..=8), prepare, input)?;
            let naps: Vec<_> = (0..60).map(|_| rng.u64(0..2_000)).collect();
            let tasks: Vec<_> = naps.into_iter().map(|nap| pool.submit("look", look, nap)).collect();
            for task in tasks {
                match task.join() {
                    Ok(table) => {
                        ensure!(table == "table", "a worker has another table: {table}");
                        done += 1;
                    }
                    Err(TaskError::WorkerDied { .. }) => died += 1,
                    Err(other) => bail!("{:#}", Error::from(other)),
                }
            }
            pool.join();
            Ok(())
        })?;
        ensure!(killer::children().is_empty(), "a pool that is gone has left workers");
    }
    ensure!(died <= killer.count(), "{died} tasks for {} workers", killer.count());
    let failing = thread::scope(|threads| {
        [PANICS, EXITS, IS_KILLED].map(|how| threads.spawn(move || failing(how))).map(|thread| thread.join())
    });
    for outcome in failing {
        outcome.expect("it doesn't panic")?;
    }
    Ok(format!(
        "{} workers killed: {done} tasks done, each by a worker that was initialized once, and {died} reported; if none \
         can be initialized, each task says why",
        killer.count()
    ))
}

fn failing(how: u8) -> Result<()> {
    let why = match how {
        PANICS => "there is no table",
        EXITS => "exit status: 7",
        _ => "signal: 9",
    };
    let tasks = 10;
    let pool = Pool::with_initializer(2, fail, how)?;
    let pending: Vec<_> = (0..tasks).map(|_| pool.submit("look", look, 0)).collect();
    for task in pending {
        let Err(TaskError::NoWorker { source, .. }) = task.join() else {
            bail!("a worker that isn't initialized has a task")
        };
        let told = source.to_string();
        ensure!(told.starts_with("initializer fail: ") && told.contains(why), "it says: {told}");
    }
    pool.join();
    // For two seconds, with growing pauses, by two keepers; then once for each task.
    let starts = ledger::counts(LEDGER)?.get(&format!("start {how}")).copied().unwrap_or_default();
    ensure!((2..=100).contains(&starts), "{starts} workers were started for {tasks} tasks");
    Ok(())
}

/// Each task comes once, whatever became of it, and the pool's end too.
pub fn completed(rng: &mut Rng, times: usize) -> Result<String> {
    let killer = Killer::default();
    let (mut done, mut died, mut stopped) = (0, 0, 0);
    while killer.count() < times {
        under_fire(&killer, rng, Duration::from_millis(3), |rng| -> Result<()> {
            let pool = Pool::new(rng.usize(1..=8))?;
            let tasks: Vec<_> =
                (0..100).map(|id| pool.submit(format!("task {id}"), mark, (id, rng.u64(0..3_000)))).collect();
            let (mut pool, drop_at) = (Some(pool), rng.usize(0..200));
            let mut names = BTreeSet::new();
            for (place, task) in as_completed(tasks).enumerate() {
                if place == drop_at {
                    pool = None;
                }
                let name = task.name().to_owned();
                match task.join() {
                    Ok(id) => {
                        ensure!(name == format!("task {id}"), "{name} has the result of task {id}");
                        done += 1;
                    }
                    Err(TaskError::WorkerDied { .. }) => died += 1,
                    Err(TaskError::Stopped { .. }) if pool.is_none() => stopped += 1,
                    Err(other) => bail!("{:#}", Error::from(other)),
                }
                ensure!(names.insert(name.clone()), "{name} came twice");
            }
            ensure!(names.len() == 100, "{} of 100 tasks came", names.len());
            if let Some(pool) = pool {
                pool.join();
            }
            Ok(())
        })?;
    }
    ensure!(died <= killer.count(), "{died} tasks for {} workers", killer.count());
    in_the_order_of_their_ends()?;
    Ok(format!(
        "{} workers killed: {done} tasks came as they were done, {died} as they were reported, {stopped} as the pool was \
         dropped, each once",
        killer.count()
    ))
}

/// One worker, which does one after the other: they come in that order, and not in the order in which they are asked for.
fn in_the_order_of_their_ends() -> Result<()> {
    bounds::shut_gate()?;
    let pool = Pool::new(1)?;
    let held = pool.submit("gate", gate, ());
    let mut tasks: Vec<_> = (0..20).map(|id| pool.submit(format!("task {id}"), mark, (id, 0))).collect();
    tasks.reverse();
    let mut completed = as_completed(tasks);
    fs::write(bounds::GATE, "")?;
    held.join()?;
    let order: Vec<_> = completed.by_ref().map(Pending::join).collect::<Result<_, _>>()?;
    ensure!(order == (0..20).collect::<Vec<_>>(), "they came in the order {order:?}");
    ensure!(completed.next().is_none(), "after the last one came another");
    pool.join();
    Ok(())
}

/// A task is cancelled or begun, and never both; and it is cancelled once.
pub fn cancelled(rng: &mut Rng, times: usize) -> Result<String> {
    let killer = Killer::default();
    let cancelled = AtomicUsize::new(0);
    let (mut done, mut died, mut stopped) = (0, 0, 0);
    while cancelled.load(Ordering::Relaxed) < times {
        ledger::clear(LEDGER)?;
        let gap = Duration::from_millis(*rng.choice(&[2, 5, 20]).expect("three"));
        under_fire(&killer, rng, gap, |rng| -> Result<()> {
            let pool = Pool::new(rng.usize(1..=8))?.retries(2);
            let (longest, again) = (*rng.choice(&[1, 300, 3_000]).expect("three"), rng.bool());
            let submit = |id, nap| match again {
                true => pool.submit(format!("task {id}"), mark_again, (id, nap)),
                false => pool.submit(format!("task {id}"), mark, (id, nap)),
            };
            let tasks: Vec<_> = (0..100).map(|id| submit(id, rng.u64(0..longest))).collect();
            let in_time: Vec<_> = (0..100).map(|_| AtomicUsize::new(0)).collect();
            let drops = rng.u32(0..4) == 0;
            let mut cancellers: Vec<_> = (0..3).map(|_| rng.fork()).collect();
            thread::scope(|threads| {
                for rng in &mut cancellers {
                    threads.spawn(|| {
                        for _ in 0..100 {
                            let id = rng.usize(0..100);
                            if tasks[id].cancel() {
                                in_time[id].fetch_add(1, Ordering::Relaxed);
                            }
                            thread::sleep(Duration::from_micros(rng.u64(0..200)));
                        }
                    });
                }
                if drops { drop(pool) } else { pool.join() }
            });
            let begun = ledger::counts(LEDGER)?;
            for (id, task) in tasks.into_iter().enumerate() {
                ensure!(!task.cancel(), "{} was cancelled when all was over", task.name());
                let begun = begun.contains_key(&format!("begun {id}"));
                let in_time = in_time[id].load(Ordering::Relaxed);
                ensure!(in_time <= 1, "task {id} was cancelled {in_time} times");
                let outcome = task.join();
                match &outcome {
                    Err(TaskError::Cancelled { .. }) => {
                        ensure!(in_time == 1, "task {id} is cancelled, and nobody was told so");
                        ensure!(!begun, "task {id} was cancelled, and begun");
                        cancelled.fetch_add(1, Ordering::Relaxed);
                    }
                    _ if in_time == 1 => bail!("task {id} was cancelled in time, and came to {outcome:?}"),
                    Ok(same) => {
                        ensure!(*same == id && begun, "task {id} was never begun");
                        done += 1;
                    }
                    Err(TaskError::WorkerDied { .. }) => died += 1,
                    Err(TaskError::Stopped { .. }) if drops => stopped += 1,
                    Err(other) => bail!("{other:?}"),
                }
            }
            Ok(())
        })?;
    }
    let cancelled = cancelled.into_inner();
    Ok(format!(
        "{cancelled} tasks cancelled, none of them begun, {done} done, {died} reported for {} killed workers, {stopped} \
         stopped",
        killer.count()
    ))
}
