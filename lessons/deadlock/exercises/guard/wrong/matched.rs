//! A `match` keeps the guard as long as a `while let` does.

use parking_lot::Mutex;

/// Takes jobs from the list and does them, until the list is empty.
///
/// To do a job can mean to put a new one on the list.
pub fn work(jobs: &Mutex<Vec<u32>>, job: impl Fn(u32)) {
    loop {
        match jobs.lock().pop() {
            Some(next) => job(next),
            None => return,
        }
    }
}
