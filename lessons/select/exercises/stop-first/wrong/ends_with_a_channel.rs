//! Goes home when one of the two channels has ended.

use crossbeam_channel::{Receiver, select_biased};

/// Something to be done once.
pub type Job = Box<dyn FnOnce() + Send>;

/// Does the jobs that come, calls before letters, until a message comes from `stop`,
/// or `stop` ends.
pub fn serve(stop: &Receiver<()>, calls: &Receiver<Job>, letters: &Receiver<Job>) {
    loop {
        select_biased! {
            recv(stop) -> _ => return,
            recv(calls) -> job => match job {
                Ok(job) => job(),
                Err(_) => return,
            },
            recv(letters) -> job => match job {
                Ok(job) => job(),
                Err(_) => return,
            },
        }
    }
}
