//! Goes home when both channels have ended: no job can come any more.

use crossbeam_channel::{Receiver, never, select_biased};

/// Something to be done once.
pub type Job = Box<dyn FnOnce() + Send>;

/// Does the jobs that come, calls before letters, until a message comes from `stop`,
/// or `stop` ends.
pub fn serve(stop: &Receiver<()>, calls: &Receiver<Job>, letters: &Receiver<Job>) {
    let nothing = never();
    let mut ended = 0;
    let (mut calls, mut letters) = (calls, letters);
    while ended < 2 {
        select_biased! {
            recv(stop) -> _ => return,
            recv(calls) -> job => match job {
                Ok(job) => job(),
                Err(_) => {
                    calls = &nothing;
                    ended += 1;
                }
            },
            recv(letters) -> job => match job {
                Ok(job) => job(),
                Err(_) => {
                    letters = &nothing;
                    ended += 1;
                }
            },
        }
    }
}
