//! Wrong: a job may return the largest number, which stands for a panic here.

use std::any::Any;
use std::sync::Arc;
use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering::SeqCst;
use std::thread;

/// Something to do in a thread.
pub type Job = Box<dyn FnOnce() -> u32 + Send>;

/// Runs all jobs at the same time, and returns the outcome of each, in their order.
///
/// `Err` holds the text of a panic, or "no text" if it has none.
pub fn outcomes(jobs: Vec<Job>) -> Vec<Result<u32, String>> {
    let results: Vec<_> =
        jobs.iter().map(|_| Arc::new(AtomicU32::new(u32::MAX))).collect();
    let threads: Vec<_> = jobs
        .into_iter()
        .zip(results.iter().cloned())
        .map(|(job, result)| thread::spawn(move || result.store(job(), SeqCst)))
        .collect();
    let ended: Vec<_> = threads.into_iter().map(|thread| thread.join()).collect();
    let outcomes = ended.into_iter().zip(results);
    outcomes
        .map(|(ended, result)| match result.load(SeqCst) {
            u32::MAX => {
                Err(ended.map_or_else(|panic| text(&*panic), |()| "no text".into()))
            }
            result => Ok(result),
        })
        .collect()
}

fn text(panic: &(dyn Any + Send)) -> String {
    let plain = panic.downcast_ref::<&str>().map(|text| text.to_string());
    let formatted = || panic.downcast_ref::<String>().cloned();
    plain.or_else(formatted).unwrap_or_else(|| "no text".into())
}
