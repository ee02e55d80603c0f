//! A guard without a name lives to the end of its statement. The statement of a `while let`
//! includes the body; that of a `let` ends at its semicolon.

use parking_lot::Mutex;

/// Takes jobs from the list and does them, until the list is empty.
///
/// To do a job can mean to put a new one on the list.
pub fn work(jobs: &Mutex<Vec<u32>>, job: impl Fn(u32)) {
    loop {
        let next = jobs.lock().pop();
        let Some(next) = next else { return };
        job(next);
    }
}
