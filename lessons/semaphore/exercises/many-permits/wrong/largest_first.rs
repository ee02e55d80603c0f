//! The thread that wants most is served first.

use std::sync::{Condvar, Mutex};

/// A number of permits, of which a thread can take several at once.
pub struct Semaphore {
    line: Mutex<Line>,
    changed: Condvar,
}

struct Line {
    permits: usize,
    /// What those that wait want.
    waiting: Vec<usize>,
}

impl Semaphore {
    /// One with this many permits.
    pub fn new(permits: usize) -> Self {
        let line = Line { permits, waiting: Vec::new() };
        Semaphore { line: Mutex::new(line), changed: Condvar::new() }
    }

    /// Takes this many permits at once, one or more. While there aren't enough, or threads
    /// that came first still wait, it waits.
    pub fn acquire(&self, wanted: usize) {
        let mut line = self.line.lock().expect("nobody panics");
        line.waiting.push(wanted);
        while line.waiting.iter().max() != Some(&wanted) || line.permits < wanted {
            line = self.changed.wait(line).expect("nobody panics");
        }
        let place = line.waiting.iter().position(|other| *other == wanted);
        line.waiting.swap_remove(place.expect("it is there"));
        line.permits -= wanted;
        self.changed.notify_all(); // what is left may be enough for the next
    }

    /// Adds this many permits.
    pub fn release(&self, more: usize) {
        self.line.lock().expect("nobody panics").permits += more;
        self.changed.notify_all();
    }
}
