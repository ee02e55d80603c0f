//! `cancel` wakes a hundred of those that wait.

use std::sync::{Condvar, Mutex};

/// Work for one thread, and a result for all.
pub struct Task<F, T> {
    work: F,
    state: Mutex<State<T>>,
    changed: Condvar,
}

enum State<T> {
    Open,
    Running,
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
        if self.goes_to(State::Running) {
            let result = (self.work)();
            *self.state.lock().unwrap() = State::Done(result);
            self.changed.notify_all();
        }
    }

    /// Prevents the work, unless it has begun. Returns whether the task is cancelled.
    pub fn cancel(&self) -> bool {
        if self.goes_to(State::Cancelled) {
            (0..100).for_each(|_| self.changed.notify_one());
        }
        matches!(*self.state.lock().unwrap(), State::Cancelled)
    }

    /// Waits until the work is done or the task is cancelled. Returns the result, or
    /// `None`.
    pub fn wait(&self) -> Option<T> {
        let mut state = self.state.lock().unwrap();
        loop {
            match &*state {
                State::Done(result) => return Some(result.clone()),
                State::Cancelled => return None,
                _ => state = self.changed.wait(state).unwrap(),
            }
        }
    }

    /// Whether this thread is the one that takes it out of `Open`.
    fn goes_to(&self, next: State<T>) -> bool {
        let mut state = self.state.lock().unwrap();
        let open = matches!(*state, State::Open);
        if open {
            *state = next;
        }
        open
    }
}
