//! A timer that can be cancelled.
//!
//! A thread waits, and then calls a function. It can't be interrupted while it sleeps, and it
//! may call the function although it was cancelled. Let it wait at a condition instead.
//!
//!     cargo exercise check timer/cancel

use std::sync::Arc;
use std::thread;
use std::time::Duration;

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
        let state = Mutex::new(State::Waits);
        let shared = Arc::new(Shared { state, changed: Condvar::new() });
        let in_thread = shared.clone();
        thread::spawn(move || {
            thread::sleep(after);
            if *in_thread.state.lock() == State::Waits {
                act();
            }
        });
        Timer { shared }
    }

    /// Cancels it, without waiting for anything. Returns whether this was in time: then
    /// `act` is never called.
    pub fn cancel(&self) -> bool {
        *self.shared.state.lock() = State::Cancelled;
        true
    }

    /// Wakes the thread for nothing, as a condition may do by itself. The checks call this.
    pub fn disturb(&self) {
        self.shared.changed.notify_all();
    }
}
