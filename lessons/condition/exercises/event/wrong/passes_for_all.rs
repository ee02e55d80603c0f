//! Gives out as many passes as threads wait. A thread that comes later can take one.

use std::sync::{Condvar, Mutex};

/// A flag that threads can wait for.
pub struct Event {
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    set: bool,
    waiting: u64,
    passes: u64,
}

impl Event {
    /// One that is not set.
    pub fn new() -> Self {
        let state = State { set: false, waiting: 0, passes: 0 };
        Event { state: Mutex::new(state), changed: Condvar::new() }
    }

    /// Sets it, and lets all through that wait.
    pub fn set(&self) {
        let mut state = self.state.lock().expect("nobody panics");
        state.set = true;
        state.passes += state.waiting;
        state.waiting = 0;
        self.changed.notify_all();
    }

    /// Clears it: those that come from now on wait until it is set again.
    pub fn clear(&self) {
        self.state.lock().expect("nobody panics").set = false;
    }

    /// Whether it is set now.
    pub fn is_set(&self) -> bool {
        self.state.lock().expect("nobody panics").set
    }

    /// Goes on at once if it is set. Otherwise, waits until it is set.
    pub fn wait(&self) {
        let mut state = self.state.lock().expect("nobody panics");
        if state.set {
            return;
        }
        state.waiting += 1;
        while state.passes == 0 {
            state = self.changed.wait(state).expect("nobody panics");
        }
        state.passes -= 1;
    }
}
