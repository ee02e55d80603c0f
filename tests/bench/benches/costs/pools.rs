//! Two worker processes, and tasks for them.

use std::collections::VecDeque;
use std::hint::black_box;

use anyhow::Result;
use shared::process::{Pending, Pool, Role, TaskError, task};

use crate::{count, expect, rate, seconds};

const WORKERS: usize = 2;

pub fn roles() -> Vec<Role> {
    vec![task(next), task(compute)]
}

fn next(n: u64) -> u64 {
    n + 1
}

pub fn first() -> Result<f64> {
    milliseconds_to_first(
        || Ok(Pool::new(WORKERS)?),
        |pool| Ok(pool.submit("first", next, 1).join()?),
        Pool::join,
    )
}

pub fn first_procspawn() -> Result<f64> {
    milliseconds_to_first(
        || Ok(procspawn::Pool::new(WORKERS)?),
        |pool| Ok(pool.spawn(1, next).join()?),
        |pool| pool.shutdown(),
    )
}

/// From the making of a pool to its first result, on average; its end is not counted.
fn milliseconds_to_first<P>(
    make: impl Fn() -> Result<P>,
    ask: impl Fn(&P) -> Result<u64>,
    end: impl Fn(P),
) -> Result<f64> {
    let mut total = 0.0;
    for _ in 0..count() {
        let mut made = None;
        total += seconds(|| expect("first result", ask(made.insert(make()?))?, 2))?;
        made.into_iter().for_each(&end);
    }
    Ok(total * 1e3 / count() as f64)
}

pub fn one() -> Result<f64> {
    let pool = ready()?;
    let seconds = seconds(|| (0..count()).try_for_each(|n| check(n, pool.submit("one", next, n).join()?)))?;
    pool.join();
    Ok(rate(count(), seconds))
}

pub fn one_procspawn() -> Result<f64> {
    let pool = ready_procspawn()?;
    let seconds = seconds(|| (0..count()).try_for_each(|n| check(n, pool.spawn(n, next).join()?)))?;
    pool.shutdown();
    Ok(rate(count(), seconds))
}

pub fn many_submitted() -> Result<f64> {
    let pool = ready()?;
    let seconds = seconds(|| {
        let pending: Vec<_> = (0..count()).map(|n| pool.submit("many", next, n)).collect();
        pending.into_iter().map(Pending::join).zip(0..).try_for_each(|(got, n)| check(n, got?))
    })?;
    pool.join();
    Ok(rate(count(), seconds))
}

/// No more than so many inputs are handed out together.
pub fn mapped(chunk: usize) -> Result<f64> {
    let pool = ready()?.chunk_size(chunk);
    let seconds = seconds(|| {
        let results = pool.map("many", next, 0..count());
        results.into_iter().zip(0..).try_for_each(|(got, n)| check(n, got?))
    })?;
    pool.join();
    Ok(rate(count(), seconds))
}

/// 50 at a time: each that is on its way holds three descriptors.
pub fn many_procspawn() -> Result<f64> {
    let pool = ready_procspawn()?;
    let mut pending = VecDeque::new();
    let seconds = seconds(|| {
        for n in 0..count() {
            if pending.len() == 50
                && let Some((n, oldest)) = pending.pop_front()
            {
                check(n, procspawn::JoinHandle::join(oldest)?)?;
            }
            pending.push_back((n, pool.spawn(n, next)));
        }
        pending.drain(..).try_for_each(|(n, task)| check(n, task.join()?))
    })?;
    pool.shutdown();
    Ok(rate(count(), seconds))
}

fn check(n: u64, got: u64) -> Result<()> {
    expect("result", got, n + 1)
}

/// A pool whose workers have done something each, most likely.
fn ready() -> Result<Pool> {
    let pool = Pool::new(WORKERS)?;
    let warm: Vec<_> = (0..100).map(|n| pool.submit("warm", next, n)).collect();
    warm.into_iter().try_for_each(|pending| pending.join().map(drop))?;
    Ok(pool)
}

fn ready_procspawn() -> Result<procspawn::Pool> {
    let pool = procspawn::Pool::new(WORKERS)?;
    (0..100).try_for_each(|n| pool.spawn(n, next).join().map(drop))?;
    Ok(pool)
}

/// How many times as fast so many workers are as one.
pub fn speed_up(workers: usize) -> Result<f64> {
    let (one, several) = (time_with(1)?, time_with(workers)?);
    expect("all results together", several.1, one.1)?;
    Ok(one.0 / several.0)
}

/// Seconds, and all results together.
fn time_with(workers: usize) -> Result<(f64, u64)> {
    let pool = Pool::new(workers)?;
    let all = |count: u64| -> Result<u64, TaskError> {
        let pending: Vec<_> = (0..count).map(|n| pool.submit("compute", compute, n)).collect();
        pending.into_iter().map(Pending::join).try_fold(0, |sum, result| Ok(sum ^ result?))
    };
    all(4 * workers as u64)?; // so that every worker has started
    let mut results = 0;
    let seconds = seconds(|| {
        results = all(count())?;
        Ok(())
    })?;
    pool.join();
    Ok((seconds, results))
}

/// About a millisecond of steps that each need the one before.
fn compute(start: u64) -> u64 {
    (0..700_000).fold(start, |n, _| black_box(n.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1)))
}
