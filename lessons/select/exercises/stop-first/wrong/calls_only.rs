//! Serves one channel after the other: the letters wait for the end of the calls.

use crossbeam_channel::{Receiver, select_biased};

/// Something to be done once.
pub type Job = Box<dyn FnOnce() + Send>;

/// Does the jobs that come, calls before letters, until a message comes from `stop`,
/// or `stop` ends.
pub fn serve(stop: &Receiver<()>, calls: &Receiver<Job>, letters: &Receiver<Job>) {
    for jobs in [calls, letters] {
        loop {
            select_biased! {
                recv(stop) -> _ => return,
                recv(jobs) -> job => match job {
                    Ok(job) => job(),
                    Err(_) => break,
                },
            }
        }
    }
    let _ = stop.recv();
}
