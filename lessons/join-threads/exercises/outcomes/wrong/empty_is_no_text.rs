//! Wrong: a panic with an empty text has a text.

use std::any::Any;
use std::thread;

/// Something to do in a thread.
pub type Job = Box<dyn FnOnce() -> u32 + Send>;

/// Runs all jobs at the same time, and returns the outcome of each, in their order.
///
/// `Err` holds the text of a panic, or "no text" if it has none.
pub fn outcomes(jobs: Vec<Job>) -> Vec<Result<u32, String>> {
    let threads: Vec<_> = jobs.into_iter().map(thread::spawn).collect();
    let joined = threads.into_iter().map(|thread| thread.join());
    joined.map(|joined| joined.map_err(|panic| text(&*panic))).collect()
}

fn text(panic: &(dyn Any + Send)) -> String {
    let plain = panic.downcast_ref::<&str>().map(|text| text.to_string());
    let formatted = || panic.downcast_ref::<String>().cloned();
    let text = plain.or_else(formatted);
    text.filter(|text| !text.is_empty()).unwrap_or_else(|| "no text".into())
}
