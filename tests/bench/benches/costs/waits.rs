//! Many waits at once: as tasks of one thread, and as a thread for each.

use std::future::Future;
use std::io;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use anyhow::{Context, Result, anyhow};
use tokio::runtime::Builder;
use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::{count, seconds};

const WAIT: Duration = Duration::from_secs(1);

/// Longer than anything that is measured here.
const LONG: Duration = Duration::from_secs(3_600);

pub fn tasks() -> Result<f64> {
    beyond_the_wait(|| {
        on_one_thread(async {
            start_tasks(WAIT).join_all().await;
            Ok(())
        })
    })
}

pub fn threads() -> Result<f64> {
    beyond_the_wait(|| join(start_threads(|| thread::sleep(WAIT))?))
}

pub fn memory_of_tasks() -> Result<f64> {
    let before = resident()?;
    on_one_thread(async {
        let tasks = start_tasks(LONG);
        sleep(WAIT).await;
        let kibibytes = each(before, resident()?);
        drop(tasks); // cancels them
        Ok(kibibytes)
    })
}

pub fn memory_of_threads() -> Result<f64> {
    let before = resident()?;
    let threads = start_threads(|| thread::park_timeout(LONG))?;
    thread::sleep(WAIT);
    let kibibytes = each(before, resident()?);
    threads.iter().for_each(|one| one.thread().unpark());
    join(threads)?;
    Ok(kibibytes)
}

fn on_one_thread<T>(future: impl Future<Output = Result<T>>) -> Result<T> {
    Builder::new_current_thread().enable_time().build()?.block_on(future)
}

fn start_tasks(wait: Duration) -> JoinSet<()> {
    (0..count()).map(|_| sleep(wait)).collect()
}

fn start_threads(wait: fn()) -> Result<Vec<JoinHandle<()>>> {
    let start = |_| thread::Builder::new().spawn(wait);
    (0..count()).map(start).collect::<io::Result<_>>().with_context(|| format!("{} threads", count()))
}

fn join(threads: Vec<JoinHandle<()>>) -> Result<()> {
    threads
        .into_iter()
        .try_for_each(|one| one.join())
        .map_err(|_| anyhow!("a thread that waits has panicked"))
}

/// Milliseconds that it takes longer than one wait.
fn beyond_the_wait(waits: impl FnOnce() -> Result<()>) -> Result<f64> {
    Ok((seconds(waits)? - WAIT.as_secs_f64()) * 1e3)
}

/// KiB for each, from the KiB before and after.
fn each(before: f64, after: f64) -> f64 {
    (after - before) / count() as f64
}

/// KiB of memory that this process has, as Linux tells it.
fn resident() -> Result<f64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS")?;
    Ok(line.trim().trim_end_matches(" kB").parse()?)
}
