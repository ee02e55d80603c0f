//! Wrong: the hook hears the panics as they happen, which may be another order than that of the jobs.

use std::any::Any;
use std::panic;
use std::sync::{Arc, Mutex};
use std::thread;

/// Something to do in a thread.
pub type Job = Box<dyn FnOnce() -> u32 + Send>;

/// Runs all jobs at the same time, and returns the outcome of each, in their order.
///
/// `Err` holds the text of a panic, or "no text" if it has none.
pub fn outcomes(jobs: Vec<Job>) -> Vec<Result<u32, String>> {
    let heard = Arc::new(Mutex::new(Vec::new()));
    let hears = heard.clone();
    panic::set_hook(Box::new(move |info| {
        hears.lock().expect("it does not panic").push(text(info.payload()));
    }));
    let threads: Vec<_> = jobs.into_iter().map(thread::spawn).collect();
    let joined: Vec<_> = threads.into_iter().map(|thread| thread.join()).collect();
    let mut heard = heard.lock().expect("it does not panic").clone().into_iter();
    let mut next = |_| heard.next().expect("each panic is heard");
    joined.into_iter().map(|joined| joined.map_err(&mut next)).collect()
}

fn text(panic: &(dyn Any + Send)) -> String {
    let plain = panic.downcast_ref::<&str>().map(|text| text.to_string());
    let formatted = || panic.downcast_ref::<String>().cloned();
    plain.or_else(formatted).unwrap_or_else(|| "no text".into())
}
