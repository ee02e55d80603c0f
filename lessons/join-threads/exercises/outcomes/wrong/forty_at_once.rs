//! Forty jobs are started, and the next ones wait for their end.

use std::any::Any;
use std::thread;

/// Something to do in a thread.
pub type Job = Box<dyn FnOnce() -> u32 + Send>;

/// Runs all jobs at the same time, and returns the outcome of each, in their order.
///
/// `Err` holds the text of a panic, or "no text" if it has none.
pub fn outcomes(jobs: Vec<Job>) -> Vec<Result<u32, String>> {
    let mut jobs = jobs.into_iter();
    let mut out = Vec::new();
    loop {
        let forty: Vec<_> = jobs.by_ref().take(40).map(thread::spawn).collect();
        if forty.is_empty() {
            return out;
        }
        out.extend(forty.into_iter().map(|t| t.join().map_err(|panic| text(&*panic))));
    }
}

fn text(panic: &(dyn Any + Send)) -> String {
    let plain = panic.downcast_ref::<&str>().map(|text| text.to_string());
    let formatted = || panic.downcast_ref::<String>().cloned();
    plain.or_else(formatted).unwrap_or_else(|| "no text".into())
}
