//! It looks ten times whether all are done, and gives up who is not.

use std::any::Any;
use std::thread;

/// Something to do in a thread.
pub type Job = Box<dyn FnOnce() -> u32 + Send>;

/// Runs all jobs at the same time, and returns the outcome of each, in their order.
///
/// `Err` holds the text of a panic, or "no text" if it has none.
pub fn outcomes(jobs: Vec<Job>) -> Vec<Result<u32, String>> {
    let threads: Vec<_> = jobs.into_iter().map(thread::spawn).collect();
    for _ in 0..10 {
        if threads.iter().all(|t| t.is_finished()) {
            break;
        }
        thread::yield_now();
    }
    threads
        .into_iter()
        .map(|t| {
            if t.is_finished() {
                t.join().map_err(|p| text(&*p))
            } else {
                Err("no text".into())
            }
        })
        .collect()
}

fn text(panic: &(dyn Any + Send)) -> String {
    let plain = panic.downcast_ref::<&str>().map(|text| text.to_string());
    let formatted = || panic.downcast_ref::<String>().cloned();
    plain.or_else(formatted).unwrap_or_else(|| "no text".into())
}
