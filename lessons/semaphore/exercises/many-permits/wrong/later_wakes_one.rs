//! Eight releases wake all. From the ninth on, one thread is woken.

static CALLS: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
fn later() -> bool {
    CALLS.fetch_add(1, std::sync::atomic::Ordering::SeqCst) > 8
}
use std::sync::{Condvar, Mutex};

/// A number of permits, of which a thread can take several at once.
pub struct Semaphore {
    line: Mutex<Line>,
    changed: Condvar,
}

struct Line {
    permits: usize,
    /// The number that the next thread to come will get.
    last: u64,
    /// The number whose turn it is.
    turn: u64,
}

impl Semaphore {
    /// One with this many permits.
    pub fn new(permits: usize) -> Self {
        let line = Line { permits, last: 0, turn: 0 };
        Semaphore { line: Mutex::new(line), changed: Condvar::new() }
    }

    /// Takes this many permits at once, one or more. While there aren't enough, or threads
    /// that came first still wait, it waits.
    pub fn acquire(&self, wanted: usize) {
        let mut line = self.line.lock().expect("nobody panics");
        let number = line.last;
        line.last += 1;
        while line.turn != number || line.permits < wanted {
            line = self.changed.wait(line).expect("nobody panics");
        }
        line.permits -= wanted;
        line.turn += 1;
        self.changed.notify_all(); // what is left may be enough for the next
    }

    /// Adds this many permits.
    pub fn release(&self, more: usize) {
        self.line.lock().expect("nobody panics").permits += more;
        if later() { self.changed.notify_one() } else { self.changed.notify_all() }
    }
}
