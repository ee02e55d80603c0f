//! A hundred jobs at a time, and the next hundred when these are done.

use std::any::Any;
use std::thread;

/// Something to do in a thread.
pub type Job = Box<dyn FnOnce() -> u32 + Send>;

/// Runs all jobs at the same time, and returns the outcome of each, in their order.
///
/// `Err` holds the text of a panic, or "no text" if it has none.
pub fn outcomes(jobs: Vec<Job>) -> Vec<Result<u32, String>> {
    let mut jobs = jobs.into_iter();
    let mut all = Vec::new();
    loop {
        let threads: Vec<_> = jobs.by_ref().take(100).map(thread::spawn).collect();
        if threads.is_empty() {
            return all;
        }
        let joined = threads.into_iter().map(|thread| thread.join());
        all.extend(joined.map(|joined| joined.map_err(|panic| text(&*panic))));
    }
}

fn text(panic: &(dyn Any + Send)) -> String {
    let plain = panic.downcast_ref::<&str>().map(|text| text.to_string());
    let formatted = || panic.downcast_ref::<String>().cloned();
    plain.or_else(formatted).unwrap_or_else(|| "no text".into())
}
