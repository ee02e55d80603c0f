//! The stop comes first, and chance decides between calls and letters.

use crossbeam_channel::{Receiver, TryRecvError, never, select};

/// Something to be done once.
pub type Job = Box<dyn FnOnce() + Send>;

/// Does the jobs that come, until a message comes from `stop`, or `stop` ends.
pub fn serve(stop: &Receiver<()>, calls: &Receiver<Job>, letters: &Receiver<Job>) {
    let nothing = never();
    let (mut calls, mut letters) = (calls, letters);
    while stop.try_recv() == Err(TryRecvError::Empty) {
        select! {
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
