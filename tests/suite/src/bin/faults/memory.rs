//! Processes with shared memory are killed: no file is left of it, no count is lost, and the others go on.

use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;
use std::{env, fs, thread};

use anyhow::{Result, bail, ensure};
use fastrand::Rng;
use shared::process::{self, Array, Process};

use crate::parents::family;

/// Handles of one array, each for one process: some at once, the others in place of the killed.
const HANDLES: usize = 20;

/// Not 0 when all should end.
const END: usize = 0;
/// How many counters have begun, so that each has a number of its own.
const BEGUN: usize = 1;
/// What all have counted, one step each.
const TOGETHER: usize = 2;
/// Two numbers that are equal, but in the middle of a change under the lock.
const LEFT: usize = 3;
const RIGHT: usize = 4;
/// How often the last holder had been killed in the middle of such a change.
const HALF: usize = 5;
/// What each has counted.
const OWN: usize = 6;

/// Makes arrays, and has two children count in each, until it is killed.
pub fn maker() -> Result<()> {
    loop {
        let [mine, first, second] = process::array(OWN + 2)?;
        let children = [process::start(counter, first)?, process::start(counter, second)?];
        while mine[TOGETHER].load(Relaxed) < 100 {
            thread::yield_now();
        }
        mine[END].store(1, Relaxed);
        children.into_iter().try_for_each(Process::join)?;
    }
}

pub fn counter(mut numbers: Array) -> Result<()> {
    let own = OWN + numbers[BEGUN].fetch_add(1, Relaxed) as usize;
    while numbers[END].load(Relaxed) == 0 {
        numbers[TOGETHER].fetch_add(1, Relaxed);
        numbers[own].fetch_add(1, Relaxed);
        let numbers = numbers.lock()?;
        if numbers[LEFT].load(Relaxed) != numbers[RIGHT].load(Relaxed) {
            add(&numbers[RIGHT]);
            add(&numbers[HALF]);
        }
        ensure!(numbers[LEFT].load(Relaxed) == numbers[RIGHT].load(Relaxed), "two were under the lock");
        add(&numbers[LEFT]);
        thread::yield_now();
        add(&numbers[RIGHT]);
    }
    Ok(())
}

/// Right only under the lock.
fn add(number: &AtomicU64) {
    number.store(number.load(Relaxed) + 1, Relaxed);
}

/// Kills makers at any moment, and counters in the middle of their work.
pub fn killed(rng: &mut Rng, times: usize) -> Result<String> {
    for _ in 0..times {
        let mut victim = process::start(maker, ())?;
        thread::sleep(Duration::from_micros(rng.u64(0..20_000)));
        end_by_a_kill(&mut victim)?;
        while !family()?.is_empty() {
            thread::sleep(Duration::from_millis(1));
        }
        let files = files()?;
        ensure!(files.is_empty(), "left behind by a killed process: {files:?}");
    }
    let (mut kills, mut counted, mut half) = (0, 0, 0);
    while kills < times {
        let mut handles = process::array::<HANDLES>(OWN + HANDLES)?.into_iter();
        let mut mine = handles.next().expect("there is one");
        let mut counters: Vec<Process> = Vec::new();
        for handle in handles.by_ref().take(rng.usize(2..=4)) {
            counters.push(process::start(counter, handle)?);
        }
        let mut killed = 0;
        for handle in handles {
            thread::sleep(Duration::from_micros(rng.u64(0..5_000)));
            let mut victim = counters.swap_remove(rng.usize(0..counters.len()));
            end_by_a_kill(&mut victim)?;
            killed += 1;
            counters.push(process::start(counter, handle)?);
        }
        mine[END].store(1, Relaxed);
        counters.into_iter().try_for_each(Process::join)?;
        let numbers = mine.lock()?;
        let own: u64 = numbers[OWN..].iter().map(|number| number.load(Relaxed)).sum();
        let together = numbers[TOGETHER].load(Relaxed);
        // A counter that was killed between its two steps has done one of them.
        let between = together.checked_sub(own);
        ensure!(between.is_some_and(|n| n <= killed), "{together} counted, and {own} by each for itself");
        kills += killed as usize;
        counted += together;
        half += numbers[HALF].load(Relaxed);
    }
    Ok(format!(
        "{times} makers killed: 0 files left; {kills} counters killed: none of {counted} counts lost, \
         {half} changes under the lock were half done"
    ))
}

fn end_by_a_kill(victim: &mut Process) -> Result<()> {
    victim.kill()?;
    let status = victim.wait()?;
    if status.code().is_some() {
        bail!("it ended by itself: {status}");
    }
    Ok(())
}

/// The files of this course where shared memory may be.
fn files() -> Result<Vec<String>> {
    let mut files = Vec::new();
    for folder in [env::temp_dir(), "/dev/shm".into()] {
        for entry in fs::read_dir(folder)? {
            let name = entry?.file_name().to_string_lossy().into_owned();
            files.extend(name.starts_with("lesson-").then_some(name));
        }
    }
    Ok(files)
}
