//! One thread that waits is protected from those that come later, and only one.

use std::sync::{Condvar, Mutex};

/// A number of permits, of which a thread can take several at once.
pub struct Semaphore {
    line: Mutex<Line>,
    changed: Condvar,
}

struct Line {
    permits: usize,
    /// Whether one waits that nobody may overtake.
    first_waits: bool,
}

impl Semaphore {
    /// One with this many permits.
    pub fn new(permits: usize) -> Self {
        let line = Line { permits, first_waits: false };
        Semaphore { line: Mutex::new(line), changed: Condvar::new() }
    }

    /// Takes this many permits at once, one or more. While there aren't enough, or threads
    /// that came first still wait, it waits.
    pub fn acquire(&self, wanted: usize) {
        let mut line = self.line.lock().expect("nobody panics");
        while line.permits < wanted || line.first_waits {
            if !line.first_waits && line.permits < wanted {
                line.first_waits = true;
                while line.permits < wanted {
                    line = self.changed.wait(line).expect("nobody panics");
                }
                line.first_waits = false;
                break;
            }
            line = self.changed.wait(line).expect("nobody panics");
        }
        line.permits -= wanted;
        self.changed.notify_all(); // what is left may be enough for the next
    }

    /// Adds this many permits.
    pub fn release(&self, more: usize) {
        self.line.lock().expect("nobody panics").permits += more;
        self.changed.notify_all();
    }
}
