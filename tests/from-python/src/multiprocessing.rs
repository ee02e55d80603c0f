//! The Rust for the names of Python's `multiprocessing`.

use std::io::{self, BufRead, BufReader, PipeWriter, Write};
use std::process as this;
use std::sync::OnceLock;
use std::sync::atomic::Ordering::Relaxed;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use shared::process::{self, Array, Lock, Pool, Receiver, Sender, TaskError};

/// Runs each of them.
pub fn all() -> Result<()> {
    a_process()?;
    a_pool()?;
    results_in_order()?;
    a_worker_that_dies()?;
    workers_that_are_initialized()?;
    results_as_they_complete()?;
    a_task_that_is_cancelled()?;
    a_queue()?;
    a_pipe()?;
    a_lock()?;
    an_array()?;
    how_many_cores()
}

// ANCHOR: process
fn a_process() -> Result<()> {
    let mut child = process::start(greet, ())?; // a fresh start of this program
    assert_ne!(child.pid(), this::id()); // current_process().pid
    let status = child.wait()?; // exitcode; join() makes an error of a bad one
    assert_eq!(status.code(), Some(0));
    Ok(())
}

pub fn greet() -> Result<()> {
    println!("hello from {}", this::id());
    Ok(())
}
// ANCHOR_END: process

// ANCHOR: pool
fn a_pool() -> Result<()> {
    let pool = Pool::new(2)?.time_limit(Duration::from_secs(60)); // later: TaskError::TimedOut
    let (three, four) = (pool.submit("3", square, 3), pool.submit("4", square, 4)); // apply_async
    assert_eq!((three.join()?, four.join()?), (9, 16)); // get
    pool.join(); // close and join
    Ok(())
}

pub fn square(n: u64) -> u64 {
    n * n
}
// ANCHOR_END: pool

// ANCHOR: map
fn results_in_order() -> Result<()> {
    let pool = Pool::new(2)?;
    let results = pool.map("squares", square, 1..=4); // one for each, an Err for what is lost
    assert_eq!(results.into_iter().collect::<Result<Vec<_>, _>>()?, [1, 4, 9, 16]);
    Ok(())
}
// ANCHOR_END: map

// ANCHOR: broken
fn a_worker_that_dies() -> Result<()> {
    let pool = Pool::new(1)?;
    let (lost, next) = (pool.submit("crash", crash, ()), pool.submit("3", square, 3));
    assert!(matches!(lost.join(), Err(TaskError::WorkerDied { .. })));
    assert_eq!(next.join()?, 9); // a new worker does it
    Ok(())
}

pub fn crash(_: ()) {
    this::abort()
}
// ANCHOR_END: broken

// ANCHOR: initializer
static SQUARES: OnceLock<Vec<u64>> = OnceLock::new();

fn workers_that_are_initialized() -> Result<()> {
    let pool = Pool::with_initializer(2, prepare, 100)?; // initializer=prepare, initargs=(100,)
    assert_eq!(pool.submit("7", look_up, 7).join()?, 49);
    Ok(())
}

pub fn prepare(most: u64) {
    SQUARES.get_or_init(|| (0..most).map(square).collect());
}

pub fn look_up(n: usize) -> u64 {
    SQUARES.get().expect("prepared before the first task")[n]
}
// ANCHOR_END: initializer

// ANCHOR: completed
fn results_as_they_complete() -> Result<()> {
    let pool = Pool::new(2)?;
    let tasks = [3, 4].map(|n| pool.submit(n.to_string(), square, n));
    for task in process::as_completed(tasks) {
        let n: u64 = task.name().parse()?;
        assert_eq!(task.join()?, n * n);
    }
    Ok(())
}
// ANCHOR_END: completed

// ANCHOR: cancel
fn a_task_that_is_cancelled() -> Result<()> {
    let pool = Pool::new(1)?;
    let (first, second) = (pool.submit("endless", endless, ()), pool.submit("3", square, 3));
    assert!(second.cancel()); // the worker is busy, so no worker has begun it
    assert!(matches!(second.join(), Err(TaskError::Cancelled { .. })));
    first.kill_worker(); // one that has begun can only be killed
    assert!(!first.cancel());
    Ok(())
}

pub fn endless(_: ()) {
    loop {
        thread::park();
    }
}
// ANCHOR_END: cancel

// ANCHOR: queue
fn a_queue() -> Result<()> {
    let (to, from) = process::queue(10)?;
    let child = process::start(take, from)?;
    for letter in ['A', 'B', 'C'] {
        to.send(&letter)?;
    }
    drop(to); // the last sender: the child's loop ends
    Ok(child.join()?)
}

pub fn take(letters: Receiver<char>) -> Result<()> {
    let text = letters.collect::<Result<String, _>>()?;
    ensure!(text == "ABC", "received {text}");
    Ok(())
}
// ANCHOR_END: queue

// ANCHOR: pipe
fn a_pipe() -> Result<()> {
    let (reader, writer) = io::pipe()?; // bytes, in one direction
    let child = process::start(write, writer)?;
    let line = BufReader::new(reader).lines().next().context("the child writes a line")??;
    assert_eq!(line, "bone 1");
    Ok(child.join()?)
}

pub fn write(mut bones: PipeWriter) -> Result<()> {
    Ok(writeln!(bones, "bone 1")?)
}
// ANCHOR_END: pipe

// ANCHOR: lock
fn a_lock() -> Result<()> {
    let [mut ours, theirs] = process::lock()?;
    let (to, from) = process::queue(1)?;
    let turn = ours.lock()?;
    let child = process::start(waits, (theirs, to))?;
    assert!(from.recv_timeout(Duration::from_millis(1)).is_err()); // it waits for the lock
    drop(turn);
    assert_eq!(from.recv()?, "its turn");
    Ok(child.join()?)
}

pub fn waits((mut lock, to): (Lock, Sender<String>)) -> Result<()> {
    let _turn = lock.lock()?;
    Ok(to.send(&"its turn".to_owned())?)
}
// ANCHOR_END: lock

// ANCHOR: array
fn an_array() -> Result<()> {
    let [mut ours, theirs] = process::array(2)?; // Array("Q", 2)
    let child = process::start(count, theirs)?;
    ours[0].fetch_add(1, Relaxed); // one step, without the lock
    let numbers = ours.lock()?; // get_lock
    numbers[1].store(numbers[1].load(Relaxed) + 1, Relaxed);
    drop(numbers);
    child.join()?;
    assert_eq!([ours[0].load(Relaxed), ours[1].load(Relaxed)], [2, 2]);
    Ok(())
}

pub fn count(mut numbers: Array) -> Result<()> {
    numbers[0].fetch_add(1, Relaxed);
    let numbers = numbers.lock()?;
    numbers[1].store(numbers[1].load(Relaxed) + 1, Relaxed);
    Ok(())
}
// ANCHOR_END: array

// ANCHOR: cores
fn how_many_cores() -> Result<()> {
    let cores = thread::available_parallelism()?;
    println!("this process may use {cores} cores");
    Ok(())
}
// ANCHOR_END: cores
