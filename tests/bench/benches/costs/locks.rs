//! Locks between threads and between processes.

use std::hint::black_box;
use std::io;
use std::sync::atomic::{AtomicU32, Ordering};
use std::{sync, thread};

use anyhow::{Result, ensure};
use shared::process::{self, Lock, Role, role};

use crate::{count, expect, seconds, until_all_wait};

pub fn roles() -> Vec<Role> {
    vec![role(take_turns)]
}

pub fn two_threads_parking_lot() -> Result<f64> {
    let balance = parking_lot::Mutex::new(0);
    let seconds = two_threads(|| *balance.lock() += 1)?;
    expect("balance", balance.into_inner(), 2 * count())?;
    Ok(seconds * 1e3)
}

pub fn two_threads_std() -> Result<f64> {
    let balance = sync::Mutex::new(0);
    let seconds = two_threads(|| *balance.lock().expect("nobody panics") += 1)?;
    expect("balance", balance.into_inner()?, 2 * count())?;
    Ok(seconds * 1e3)
}

fn two_threads(add: impl Fn() + Sync) -> Result<f64> {
    let all = || (0..count()).for_each(|_| add());
    seconds(|| {
        thread::scope(|scope| {
            scope.spawn(all);
            scope.spawn(all);
        });
        Ok(())
    })
}

pub fn alone_parking_lot() -> Result<f64> {
    let balance = parking_lot::Mutex::new(0);
    let each = nanoseconds_each(|| {
        *black_box(&balance).lock() += 1;
        Ok(())
    })?;
    expect("balance", balance.into_inner(), count())?;
    Ok(each)
}

pub fn alone_std() -> Result<f64> {
    let balance = sync::Mutex::new(0);
    let each = nanoseconds_each(|| {
        *black_box(&balance).lock().expect("nobody panics") += 1;
        Ok(())
    })?;
    expect("balance", balance.into_inner()?, count())?;
    Ok(each)
}

/// What a lock that nobody else wants can't do without: one atomic step to take it, one to free it.
pub fn alone_word() -> Result<f64> {
    let word = AtomicU32::new(0);
    nanoseconds_each(|| {
        let taken = black_box(&word).compare_exchange(0, 1, Ordering::Acquire, Ordering::Relaxed);
        ensure!(taken.is_ok() && word.swap(0, Ordering::Release) == 1, "somebody else has it");
        Ok(())
    })
}

pub fn alone_file() -> Result<f64> {
    alone(process::lock()?)
}

pub fn alone_fast() -> Result<f64> {
    alone(process::fast_lock()?)
}

pub fn contended_file() -> Result<f64> {
    contended(process::lock()?)
}

pub fn contended_fast() -> Result<f64> {
    contended(process::fast_lock()?)
}

fn alone([mut lock]: [Lock; 1]) -> Result<f64> {
    nanoseconds_each(|| {
        drop(lock.lock()?);
        Ok(())
    })
}

/// Two processes in a hurry; they wait for the lock until this one lets it go.
fn contended([mut ours, first, second]: [Lock; 3]) -> Result<f64> {
    let held = ours.lock()?;
    let (first, second) = (process::start(take_turns, first)?, process::start(take_turns, second)?);
    until_all_wait();
    let seconds = seconds(|| {
        drop(held);
        first.join()?;
        Ok(second.join()?)
    })?;
    Ok(seconds * 1e9 / (2 * count()) as f64)
}

fn take_turns(mut lock: Lock) -> Result<()> {
    let turns: io::Result<()> = (0..count()).try_for_each(|_| lock.lock().map(drop));
    Ok(turns?)
}

/// What two threads of one process pay for a lock: theirs needs no shared memory.
pub fn contended_threads() -> Result<f64> {
    let lock = sync::Mutex::new(());
    let seconds = two_threads(|| drop(lock.lock().expect("nobody panics")))?;
    Ok(seconds * 1e9 / (2 * count()) as f64)
}

fn nanoseconds_each(mut one: impl FnMut() -> Result<()>) -> Result<f64> {
    let seconds = seconds(|| (0..count()).try_for_each(|_| one()))?;
    Ok(seconds * 1e9 / count() as f64)
}
