//! One number for all events.

use std::sync::{Condvar, Mutex};

/// A flag that threads can wait for.
pub struct Event {
    state: Mutex<State>,
}

struct State {
    set: bool,
}

/// How often an event has been set.
static TIMES: Mutex<u64> = Mutex::new(0);
/// Where all threads wait.
static CHANGED: Condvar = Condvar::new();

impl Event {
    /// One that is not set.
    pub fn new() -> Self {
        let state = State { set: false };
        Event { state: Mutex::new(state) }
    }

    /// Sets it, and lets all through that wait.
    pub fn set(&self) {
        let mut state = self.state.lock().expect("nobody panics");
        state.set = true;
        *TIMES.lock().expect("nobody panics") += 1;
        CHANGED.notify_all();
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
        if self.is_set() {
            return;
        }
        let mut times = TIMES.lock().expect("nobody panics");
        let before = *times;
        while *times == before {
            times = CHANGED.wait(times).expect("nobody panics");
        }
    }
}
