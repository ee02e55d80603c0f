//! The caller gets 0 in place of the panic.

use std::panic::{AssertUnwindSafe, catch_unwind};

use parking_lot::{Condvar, Mutex};

#[derive(Clone, Copy)]
enum State {
    Empty,
    Begun,
    Made(u32),
}

/// A place for a value that is made when it is first needed.
pub struct Lazy {
    state: Mutex<State>,
    changed: Condvar,
}

impl Lazy {
    /// An empty place.
    pub fn new() -> Self {
        Lazy { state: Mutex::new(State::Empty), changed: Condvar::new() }
    }

    /// The value, if it is there now.
    pub fn get(&self) -> Option<u32> {
        match *self.state.lock() {
            State::Made(value) => Some(value),
            _ => None,
        }
    }

    /// The value. If it isn't there, `make` makes it, unless another thread is at it.
    pub fn get_or_make(&self, make: impl FnOnce() -> u32) -> u32 {
        let mut state = self.state.lock();
        loop {
            match *state {
                State::Made(value) => return value,
                State::Begun => self.changed.wait(&mut state),
                State::Empty => break,
            }
        }
        *state = State::Begun;
        drop(state);
        let outcome = catch_unwind(AssertUnwindSafe(make));
        *self.state.lock() = match outcome {
            Ok(value) => State::Made(value),
            Err(_) => State::Empty,
        };
        self.changed.notify_all();
        outcome.unwrap_or(0)
    }

    /// Waits until other threads have made the value.
    pub fn wait(&self) -> u32 {
        let mut state = self.state.lock();
        loop {
            match *state {
                State::Made(value) => return value,
                _ => self.changed.wait(&mut state),
            }
        }
    }
}
