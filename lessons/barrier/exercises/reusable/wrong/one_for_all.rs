//! One state for all barriers of the program.

use parking_lot::{Condvar, Mutex};

static STATE: Mutex<State> = Mutex::new(State { come: 0, round: 0 });
static ALL_HERE: Condvar = Condvar::new();

/// A barrier for a fixed number of threads.
pub struct Barrier {
    threads: usize,
}

struct State {
    come: usize,
    round: usize,
}

impl Barrier {
    /// One for this many threads.
    pub fn new(threads: usize) -> Self {
        Barrier { threads }
    }

    /// Waits until all threads have come. Returns true in one of them.
    pub fn wait(&self) -> bool {
        let mut state = STATE.lock();
        state.come += 1;
        if state.come == self.threads {
            state.come = 0;
            state.round += 1;
            ALL_HERE.notify_all();
            return true;
        }
        let mine = state.round;
        while state.round == mine {
            ALL_HERE.wait(&mut state);
        }
        false
    }
}
