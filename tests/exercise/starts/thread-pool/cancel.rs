//! A task that can be cancelled, as long as its work hasn't begun. But two threads that
//! run it can both do the work, and a thread that waits is never woken.
//!
//! Check it: cargo exercise check thread-pool/cancel

use std::sync::{Condvar, Mutex};

/// Work for one thread, and a result for all.
pub struct Task<F, T> {
    work: F,
    state: Mutex<State<T>>,
    changed: Condvar,
}

enum State<T> {
    Open,
    Done(T),
    Cancelled,
}

impl<F: Fn() -> T, T: Clone> Task<F, T> {
    /// A task that nobody has begun.
    pub fn new(work: F) -> Self {
        Task { work, state: Mutex::new(State::Open), changed: Condvar::new() }
    }

    /// Does the work, unless another thread has begun it, or it is cancelled.
    pub fn run(&self) {
        let open = matches!(*self.state.lock().unwrap(), State::Open);
        if open {
            let result = (self.work)();
            *self.state.lock().unwrap() = State::Done(result);
        }
    }

    /// Prevents the work, unless it has begun. Returns whether the task is cancelled.
    pub fn cancel(&self) -> bool {
        let mut state = self.state.lock().unwrap();
        if matches!(*state, State::Open) {
            *state = State::Cancelled;
        }
        matches!(*state, State::Cancelled)
    }

    /// Waits until the work is done or the task is cancelled. Returns the result, or
    /// `None`.
    pub fn wait(&self) -> Option<T> {
        let mut state = self.state.lock().unwrap();
        loop {
            match &*state {
                State::Open => state = self.changed.wait(state).unwrap(),
                State::Done(result) => return Some(result.clone()),
                State::Cancelled => return None,
            }
        }
    }
}
