//! It goes home after a thousand jobs.

use crossbeam_channel::{Receiver, never, select_biased};

/// Something to be done once.
pub type Job = Box<dyn FnOnce() + Send>;

/// Does the jobs that come, calls before letters, until a message comes from `stop`,
/// or `stop` ends.
pub fn serve(stop: &Receiver<()>, calls: &Receiver<Job>, letters: &Receiver<Job>) {
    let nothing = never();
    let (mut calls, mut letters) = (calls, letters);
    for _ in 0..1000 {
        select_biased! {
            recv(stop) -> _ => return,
            recv(calls) -> job => match job {
                Ok(job) => job(),
                Err(_) => calls = &nothing,
            },
            recv(letters) -> job => match job {
                Ok(job) => job(),
                Err(_) => letters = &nothing,
            },
        }
    }
}
