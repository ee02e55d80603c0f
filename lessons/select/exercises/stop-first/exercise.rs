//! Stop first.
//!
//! Eva does what comes by telephone and by post, until she is told to stop. But now
//! and then she begins a job although the stop was there, and goes home as soon as
//! one of the channels has ended. Make the stop come first, and make her stay.
//!
//!     cargo exercise check select/stop-first

use crossbeam_channel::{Receiver, select};

/// Something to be done once.
pub type Job = Box<dyn FnOnce() + Send>;

/// Does the jobs that come, calls before letters, until a message comes from `stop`,
/// or `stop` ends.
pub fn serve(stop: &Receiver<()>, calls: &Receiver<Job>, letters: &Receiver<Job>) {
    loop {
        select! {
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
