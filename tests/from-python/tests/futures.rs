//! The Rust for the names of Python's `concurrent.futures`, as the chapter `from-python` shows it.

use std::thread;
use std::time::Duration;

use crossbeam_channel::{RecvTimeoutError, bounded, unbounded};

fn square(n: u32) -> u32 {
    n * n
}

#[test]
// ANCHOR: map
fn results_in_order() {
    let results = thread::scope(|threads| {
        let futures: Vec<_> = (1..=4).map(|n| threads.spawn(move || square(n))).collect(); // submit
        let results = futures.into_iter().map(|future| future.join()); // result
        results.collect::<Result<Vec<_>, _>>() // ends at the first Err, in this order
    });
    assert_eq!(results.expect("none panics"), [1, 4, 9, 16]);
}
// ANCHOR_END: map

// ANCHOR: pool
/// Does a job for each input on this many threads, and hands on each result as it comes.
fn pool<A: Send, R: Send>(
    workers: u32,
    inputs: Vec<A>,
    job: impl Fn(A) -> R + Sync,
    mut each: impl FnMut(R),
) {
    let (sender, jobs) = unbounded();
    inputs.into_iter().for_each(|input| sender.send(input).expect("jobs is there"));
    drop(sender); // no more jobs: each worker ends when none is left
    let (done, results) = unbounded();
    thread::scope(|threads| {
        for _ in 0..workers {
            let (jobs, job, done) = (jobs.clone(), &job, done.clone());
            threads.spawn(move || jobs.iter().all(|input| done.send(job(input)).is_ok()));
        }
        drop(done); // the workers have their own
        results.iter().for_each(&mut each);
    });
}
// ANCHOR_END: pool

#[test]
fn results_as_they_come() {
    let mut squares = Vec::new();
    pool(2, (1..=100).collect(), square, |n| squares.push(n));
    squares.sort_unstable();
    assert!((1..=100).map(|n| n * n).eq(squares));
}

#[test]
// ANCHOR: panic
fn a_panic_is_a_result() {
    let cook = thread::spawn(|| -> u32 { panic!("the stove is cold") });
    let message = cook.join().expect_err("it panics");
    assert_eq!(message.downcast_ref(), Some(&"the stove is cold"));
}
// ANCHOR_END: panic

#[test]
// ANCHOR: first
fn the_first_that_is_done() {
    let (done, results) = unbounded();
    let (go, gate) = bounded::<()>(0);
    let slow = done.clone();
    let slow = thread::spawn(move || {
        let cancelled = gate.recv().is_err(); // looks now and then whether it should go on
        slow.send(if cancelled { "cancelled" } else { "slow" })
    });
    let quick = thread::spawn(move || done.send("quick"));
    assert_eq!(results.recv(), Ok("quick")); // FIRST_COMPLETED
    assert_eq!(results.recv_timeout(Duration::from_millis(1)), Err(RecvTimeoutError::Timeout)); // TimeoutError
    drop(go);
    assert_eq!(results.recv(), Ok("cancelled")); // CancelledError
    for thread in [slow, quick] {
        thread.join().expect("no panic").expect("the receiver is there"); // ALL_COMPLETED
    }
}
// ANCHOR_END: first
